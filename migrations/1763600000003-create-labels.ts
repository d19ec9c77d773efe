import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Names put on devices. */
export class CreateLabels1763600000003 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE labels (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        color text,
        description text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_labels" PRIMARY KEY (id),
        CONSTRAINT "UQ_labels_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_labels_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    // Deleted rows stay as tombstones for the histories that name them; a name is free again at once.
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_labels_tenant_id_name" ON labels (tenant_id, name) WHERE deleted_at IS NULL`,
    );
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE labels`);
  }
}
