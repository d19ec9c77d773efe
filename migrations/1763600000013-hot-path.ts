import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What makes the statements that run for every message cheap. */
export class HotPath1763600000013 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // The newest time among the values of latest: an event that is newer need not be compared key by key.
    await runner.query(`ALTER TABLE device_state ADD COLUMN latest_ms bigint NOT NULL DEFAULT 0`);
    await runner.query(`CREATE AGGREGATE jsonb_merge (jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}')`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP AGGREGATE jsonb_merge (jsonb)`);
    await runner.query(`ALTER TABLE device_state DROP COLUMN latest_ms`);
  }
}
