import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Time-series databases, which deliveries go to like integrations: what both are is called a destination. */
export class CreateStorages1763600000020 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE storages (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        type text NOT NULL,
        config jsonb NOT NULL,
        secrets_sealed text,
        enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_storages" PRIMARY KEY (id),
        CONSTRAINT "UQ_storages_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_storages_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_storages_lane" FOREIGN KEY (tenant_id, id) REFERENCES lanes (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_storages_tenant_id_name" ON storages (tenant_id, name) WHERE deleted_at IS NULL`,
    );

    // A delivery says where it goes by the id alone, which is its lane's too; what that is called and is stands here.
    await runner.query(`
      CREATE VIEW destinations AS
        SELECT tenant_id, id, 'integration' AS type, name, deleted_at FROM integrations
        UNION ALL
        SELECT tenant_id, id, 'storage' AS type, name, deleted_at FROM storages`);

    for (const table of ['waiting_deliveries', 'deliveries', 'replays']) {
      await runner.query(`ALTER TABLE ${table} RENAME COLUMN integration_id TO destination_id`);
    }
    for (const index of indexes) {
      await runner.query(`ALTER INDEX "${index}" RENAME TO "${index.replace('integration', 'destination')}"`);
    }
  }

  public async down(runner: QueryRunner): Promise<void> {
    for (const index of indexes) {
      await runner.query(`ALTER INDEX "${index.replace('integration', 'destination')}" RENAME TO "${index}"`);
    }
    for (const table of ['waiting_deliveries', 'deliveries', 'replays']) {
      await runner.query(`ALTER TABLE ${table} RENAME COLUMN destination_id TO integration_id`);
    }
    await runner.query(`DROP VIEW destinations`);
    await runner.query(`DROP TABLE storages`);
  }
}

const indexes = [
  'IDX_waiting_deliveries_integration_id',
  'IDX_deliveries_integration_id',
  'IDX_deliveries_integration_id_failed',
  'IDX_replays_integration_id',
];
