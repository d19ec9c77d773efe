import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notices that a broker is still owed, and the configs of devices with their revisions. */
export class CreateConfigs1763600000030 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // One row for a file, however often it was saved: who hears of it reads the newest anyway.
    await runner.query(`
      CREATE TABLE notices (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        filename text NOT NULL,
        generation bigint NOT NULL DEFAULT 1,
        owed_since timestamptz NOT NULL DEFAULT now(),
        claimed_until timestamptz NOT NULL DEFAULT '-infinity',
        CONSTRAINT "PK_notices" PRIMARY KEY (tenant_id, kind, filename),
        CONSTRAINT "FK_notices_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_notices_owed_since" ON notices (owed_since)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE notices`);
  }
}
