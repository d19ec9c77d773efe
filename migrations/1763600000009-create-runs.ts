import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened to each event: runs, their steps, and deliveries, waiting and finished. */
export class CreateRuns1763600000009 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // What a device was called and wore when its message ran. Devices change rarely, so runs share a row by its hash.
    await runner.query(`
      CREATE TABLE device_contexts (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        context jsonb NOT NULL,
        CONSTRAINT "PK_device_contexts" PRIMARY KEY (tenant_id, id)
      )`);

    await runner.query(`
      CREATE TABLE flow_runs (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        flow_id uuid NOT NULL,
        event_id uuid NOT NULL,
        device_id uuid NOT NULL,
        context_id uuid NOT NULL,
        replay_of uuid,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        flow_version integer NOT NULL,
        replay_number smallint NOT NULL DEFAULT 0,
        pending smallint NOT NULL,
        succeeded smallint NOT NULL,
        failed smallint NOT NULL,
        status text NOT NULL,
        trigger_source text NOT NULL,
        errors jsonb,
        CONSTRAINT "PK_flow_runs" PRIMARY KEY (tenant_id, id),
        CONSTRAINT "CK_flow_runs_status" CHECK (status IN ('running', 'success', 'partial_success', 'error'))
      ) PARTITION BY RANGE (id)`);
    await runner.query(`CREATE INDEX "IDX_flow_runs_flow_id" ON flow_runs (flow_id, id)`);
    await runner.query(`CREATE TABLE flow_runs_default PARTITION OF flow_runs DEFAULT`);

    // input_seq names the step whose output came in; 0 is the envelope, which is rebuilt from the event.
    await runner.query(`
      CREATE TABLE flow_steps (
        run_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        entity_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        duration_us integer NOT NULL,
        entity_version integer NOT NULL,
        seq smallint NOT NULL,
        input_seq smallint NOT NULL,
        type text NOT NULL,
        status text NOT NULL,
        node_id text NOT NULL,
        output bytea,
        logs jsonb,
        error jsonb,
        CONSTRAINT "PK_flow_steps" PRIMARY KEY (tenant_id, run_id, seq),
        CONSTRAINT "CK_flow_steps_status" CHECK (status IN ('success', 'filtered', 'error'))
      ) PARTITION BY RANGE (run_id)`);
    await runner.query(`CREATE INDEX "IDX_flow_steps_entity_id" ON flow_steps (entity_id, run_id, seq)`);
    await runner.query(`CREATE TABLE flow_steps_default PARTITION OF flow_steps DEFAULT`);

    // Not partitioned: a drop must never eat what still has to be delivered. Rows are few and leave at their end.
    await runner.query(`
      CREATE TABLE waiting_deliveries (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        run_id uuid NOT NULL,
        flow_id uuid NOT NULL,
        integration_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        next_attempt_at timestamptz NOT NULL,
        seq smallint NOT NULL,
        input_seq smallint NOT NULL,
        continues boolean NOT NULL,
        node_id text NOT NULL,
        payload bytea NOT NULL,
        attempts jsonb NOT NULL DEFAULT '[]',
        CONSTRAINT "PK_waiting_deliveries" PRIMARY KEY (tenant_id, id)
      ) WITH (fillfactor = 80)`);
    await runner.query(
      `CREATE INDEX "IDX_waiting_deliveries_integration_id" ON waiting_deliveries (integration_id, id)`,
    );
    await runner.query(`CREATE INDEX "IDX_waiting_deliveries_run_id" ON waiting_deliveries (tenant_id, run_id)`);

    // The payload of a finished delivery is the output of its run's step input_seq, stored once and there.
    await runner.query(`
      CREATE TABLE deliveries (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        run_id uuid NOT NULL,
        flow_id uuid NOT NULL,
        integration_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        finished_at timestamptz NOT NULL,
        seq smallint NOT NULL,
        input_seq smallint NOT NULL,
        status text NOT NULL,
        code text,
        node_id text NOT NULL,
        attempts jsonb NOT NULL,
        CONSTRAINT "PK_deliveries" PRIMARY KEY (tenant_id, id),
        CONSTRAINT "CK_deliveries_status" CHECK (status IN ('delivered', 'failed'))
      ) PARTITION BY RANGE (id)`);
    await runner.query(`CREATE INDEX "IDX_deliveries_integration_id" ON deliveries (integration_id, id)`);
    await runner.query(`CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE deliveries, waiting_deliveries, flow_steps, flow_runs, device_contexts`);
  }
}
