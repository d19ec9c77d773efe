import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job that was held in a crash waits apart from the others until it has run alone. */
export class Suspects1763600000011 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // alone: the holder ran nothing beside it. suspect_of: the worker in whose crash it was last held.
    await runner.query(`
      ALTER TABLE jobs
        ADD COLUMN alone boolean NOT NULL DEFAULT false,
        ADD COLUMN alone_crashes smallint NOT NULL DEFAULT 0,
        ADD COLUMN suspect_of uuid`);
    // A worker that was asked to end is not dead when it is gone.
    await runner.query(`ALTER TABLE workers ADD COLUMN leaving boolean NOT NULL DEFAULT false`);

    // Suspects have left the lanes' index, so that claiming hops over none of them.
    await runner.query(`DROP INDEX "IDX_jobs_lane_id_run_at"`);
    await runner.query(`
      CREATE INDEX "IDX_jobs_lane_id_run_at" ON jobs (lane_id, run_at, id)
      WHERE lease_token IS NULL AND parked_reason IS NULL AND crashes = 0`);
    await runner.query(`
      CREATE INDEX "IDX_jobs_suspects" ON jobs (run_at, id)
      WHERE lease_token IS NULL AND parked_reason IS NULL AND crashes > 0`);
    await runner.query(
      `CREATE INDEX "IDX_jobs_parked_reason" ON jobs (parked_reason, id) WHERE parked_reason IS NOT NULL`,
    );
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "IDX_jobs_parked_reason", "IDX_jobs_suspects", "IDX_jobs_lane_id_run_at"`);
    await runner.query(`
      CREATE INDEX "IDX_jobs_lane_id_run_at" ON jobs (lane_id, run_at, id)
      WHERE lease_token IS NULL AND parked_reason IS NULL`);
    await runner.query(`ALTER TABLE workers DROP COLUMN leaving`);
    await runner.query(`ALTER TABLE jobs DROP COLUMN suspect_of, DROP COLUMN alone_crashes, DROP COLUMN alone`);
  }
}
