import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Graphs from triggers to integrations, their versions, and which row each node names. */
export class CreateFlows1763600000008 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE flows (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        nodes jsonb NOT NULL DEFAULT '[]',
        edges jsonb NOT NULL DEFAULT '[]',
        layout jsonb,
        enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_flows" PRIMARY KEY (id),
        CONSTRAINT "UQ_flows_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_flows_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_flows_tenant_id_name" ON flows (tenant_id, name) WHERE deleted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE flow_versions (
        tenant_id uuid NOT NULL,
        flow_id uuid NOT NULL,
        version integer NOT NULL,
        nodes jsonb NOT NULL,
        edges jsonb NOT NULL,
        layout jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by uuid,
        CONSTRAINT "PK_flow_versions" PRIMARY KEY (tenant_id, flow_id, version),
        CONSTRAINT "FK_flow_versions_flow_id" FOREIGN KEY (tenant_id, flow_id)
          REFERENCES flows (tenant_id, id) ON DELETE CASCADE
      )`);
    // What the current version's nodes name: answers "which flows use this?" without opening any graph.
    await runner.query(`
      CREATE TABLE flow_nodes (
        tenant_id uuid NOT NULL,
        flow_id uuid NOT NULL,
        node_id text NOT NULL,
        type text NOT NULL,
        entity_id uuid NOT NULL,
        CONSTRAINT "PK_flow_nodes" PRIMARY KEY (tenant_id, flow_id, node_id),
        CONSTRAINT "FK_flow_nodes_flow_id" FOREIGN KEY (tenant_id, flow_id)
          REFERENCES flows (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_flow_nodes_entity_id" ON flow_nodes (tenant_id, entity_id)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE flow_nodes, flow_versions, flows`);
  }
}
