import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions that nobody signed: files that lay in the folder of document 003's server when it became ours. */
export class AdoptedAssets1763600000037 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE asset_versions
        ALTER COLUMN signed_at DROP NOT NULL,
        ALTER COLUMN signed_what DROP NOT NULL,
        ALTER COLUMN signature DROP NOT NULL,
        ALTER COLUMN key_fingerprint DROP NOT NULL,
        ADD CONSTRAINT "CK_asset_versions_proof"
          CHECK (num_nulls(signed_at, signed_what, signature, key_fingerprint) IN (0, 4))`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE asset_versions DROP CONSTRAINT "CK_asset_versions_proof"`);
    // The version before shows a proof of each: these have an empty one.
    await runner.query(`
      UPDATE asset_versions SET signed_at = '', signed_what = 'timestamp', signature = '', key_fingerprint = ''
      WHERE signature IS NULL`);
    await runner.query(`
      ALTER TABLE asset_versions
        ALTER COLUMN signed_at SET NOT NULL,
        ALTER COLUMN signed_what SET NOT NULL,
        ALTER COLUMN signature SET NOT NULL,
        ALTER COLUMN key_fingerprint SET NOT NULL`);
  }
}
