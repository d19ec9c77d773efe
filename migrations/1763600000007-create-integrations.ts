import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outward connections. Each has a lane of the same id, made and removed with it. */
export class CreateIntegrations1763600000007 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE integrations (
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
        CONSTRAINT "PK_integrations" PRIMARY KEY (id),
        CONSTRAINT "UQ_integrations_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_integrations_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_integrations_lane" FOREIGN KEY (tenant_id, id) REFERENCES lanes (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_integrations_tenant_id_name" ON integrations (tenant_id, name) WHERE deleted_at IS NULL`,
    );
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE integrations`);
  }
}
