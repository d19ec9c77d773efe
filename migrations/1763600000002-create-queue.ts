import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ground every process stands on: who is alive, what changed, what waits to be done and in which lane. */
export class CreateQueue1763600000002 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE changes (
        id bigint GENERATED ALWAYS AS IDENTITY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        entity_id uuid NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_changes" PRIMARY KEY (id)
      )`);
    // Readers follow (xid, id): a plain "id > last" would skip a transaction that commits late.
    await runner.query(`CREATE INDEX "IDX_changes_xid_id" ON changes (xid, id)`);

    // A worker's row is its lease: every job it holds is held for as long as lease_until is ahead of the database's clock.
    await runner.query(`
      CREATE TABLE workers (
        id uuid NOT NULL,
        role text NOT NULL,
        host text NOT NULL,
        pid integer NOT NULL,
        slots integer NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        lease_until timestamptz NOT NULL,
        CONSTRAINT "PK_workers" PRIMARY KEY (id)
      ) WITH (fillfactor = 50)`);

    await runner.query(`
      CREATE TABLE lanes (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        blocked_until timestamptz,
        blocked_reason text,
        max_in_flight integer,
        rate_per_second double precision,
        disabled boolean NOT NULL DEFAULT false,
        CONSTRAINT "PK_lanes" PRIMARY KEY (id),
        CONSTRAINT "UQ_lanes_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_lanes_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_lanes_kind" CHECK (kind IN ('events', 'deliveries'))
      )`);

    // No foreign key on lane_id or worker_id: every insert would take a share lock on the one row of a busy lane.
    // The id is the subject's own (the event, the delivery), so one thing to do can never be queued twice.
    await runner.query(`
      CREATE TABLE jobs (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        lane_id uuid NOT NULL,
        kind text NOT NULL,
        payload jsonb,
        run_at timestamptz NOT NULL DEFAULT now(),
        worker_id uuid,
        lease_token uuid,
        crashes smallint NOT NULL DEFAULT 0,
        parked_reason text,
        CONSTRAINT "PK_jobs" PRIMARY KEY (id),
        CONSTRAINT "CK_jobs_lease" CHECK ((worker_id IS NULL) = (lease_token IS NULL))
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
              autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.1)`);
    // Claiming reads this and nothing else: a leased job has left it, so a lane is drained from its oldest due row on.
    await runner.query(`
      CREATE INDEX "IDX_jobs_lane_id_run_at" ON jobs (lane_id, run_at, id)
      WHERE lease_token IS NULL AND parked_reason IS NULL`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE jobs, lanes, workers, changes`);
  }
}
