import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Profiles whose devices speak a format that needs no function. */
export class BuiltInCodecs1763600000033 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // One decodes or the other: which of two results would be the right one?
    await runner.query(`
      ALTER TABLE device_profiles
        ADD COLUMN codec text,
        ADD CONSTRAINT "CK_device_profiles_codec" CHECK (codec IS NULL OR (codec = 'cayenne_lpp' AND codec_function_id IS NULL))`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_profiles DROP COLUMN codec`);
  }
}
