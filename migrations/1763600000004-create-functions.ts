import type { MigrationInterface, QueryRunner } from 'typeorm';

/** User JavaScript; each save is a version. */
export class CreateFunctions1763600000004 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE functions (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        parameters jsonb NOT NULL DEFAULT '[]',
        code text NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_functions" PRIMARY KEY (id),
        CONSTRAINT "UQ_functions_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_functions_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_functions_tenant_id_name" ON functions (tenant_id, name) WHERE deleted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE function_versions (
        tenant_id uuid NOT NULL,
        function_id uuid NOT NULL,
        version integer NOT NULL,
        code text NOT NULL,
        parameters jsonb NOT NULL DEFAULT '[]',
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by uuid,
        CONSTRAINT "PK_function_versions" PRIMARY KEY (tenant_id, function_id, version),
        CONSTRAINT "FK_function_versions_function_id" FOREIGN KEY (tenant_id, function_id)
          REFERENCES functions (tenant_id, id) ON DELETE CASCADE
      )`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE function_versions, functions`);
  }
}
