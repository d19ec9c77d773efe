import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A function that keeps hitting its limits rests for a while, and whoever looks at it sees until when. */
export class Quarantine1763600000012 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE functions ADD COLUMN quarantined_until timestamptz`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE functions DROP COLUMN quarantined_until`);
  }
}
