import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lanes remember of their destinations, and deliveries that are made again on request. */
export class CreateReplays1763600000010 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // paused: by a person. blocked_until with a reason: by the breaker; a block that has run out lets one probe through.
    await runner.query(`
      ALTER TABLE lanes
        ADD COLUMN paused boolean NOT NULL DEFAULT false,
        ADD COLUMN failed_probes smallint NOT NULL DEFAULT 0,
        ADD COLUMN failing_since timestamptz,
        ADD COLUMN disabled_reason text`);

    // A replayed delivery keeps its attempts; its schedule begins anew behind those it had before.
    await runner.query(`ALTER TABLE waiting_deliveries ADD COLUMN attempts_before smallint NOT NULL DEFAULT 0`);

    // Failed ones are few among many, and are what people look for, count and replay.
    await runner.query(
      `CREATE INDEX "IDX_deliveries_integration_id_failed" ON deliveries (integration_id, id) WHERE status = 'failed'`,
    );

    // position is the last id that was looked at: a replay goes on there after a crash, and never meets a delivery twice.
    await runner.query(`
      CREATE TABLE replays (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        integration_id uuid NOT NULL,
        statuses text[] NOT NULL,
        from_id uuid NOT NULL,
        before_id uuid NOT NULL,
        position uuid NOT NULL,
        total integer NOT NULL,
        done integer NOT NULL DEFAULT 0,
        skipped integer NOT NULL DEFAULT 0,
        state text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT "PK_replays" PRIMARY KEY (id),
        CONSTRAINT "UQ_replays_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_replays_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_replays_state" CHECK (state IN ('running', 'finished', 'cancelled'))
      )`);
    await runner.query(`CREATE INDEX "IDX_replays_integration_id" ON replays (integration_id, id)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE replays`);
    await runner.query(`DROP INDEX "IDX_deliveries_integration_id_failed"`);
    await runner.query(`ALTER TABLE waiting_deliveries DROP COLUMN attempts_before`);
    await runner.query(`
      ALTER TABLE lanes
        DROP COLUMN paused, DROP COLUMN failed_probes, DROP COLUMN failing_since, DROP COLUMN disabled_reason`);
  }
}
