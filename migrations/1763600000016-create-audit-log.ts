import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changed what, from where and when. */
export class CreateAuditLog1763600000016 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // No foreign keys, and names as they were: the log survives what it tells of. Written once: no room for updates.
    await runner.query(`
      CREATE TABLE audit_log (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        actor_id uuid,
        actor_kind text NOT NULL,
        actor_name text,
        action text NOT NULL,
        subject_kind text NOT NULL,
        subject_id text,
        subject_name text,
        address text,
        request_id text,
        reason text,
        changes jsonb NOT NULL,
        report jsonb,
        CONSTRAINT "PK_audit_log" PRIMARY KEY (tenant_id, id),
        CONSTRAINT "CK_audit_log_actor_kind" CHECK (actor_kind IN ('user', 'api_key', 'device', 'system'))
      ) PARTITION BY RANGE (id)`);
    await runner.query(`CREATE INDEX "IDX_audit_log_subject_id" ON audit_log (tenant_id, subject_id, id)`);
    await runner.query(`CREATE INDEX "IDX_audit_log_actor_id" ON audit_log (tenant_id, actor_id, id)`);
    await runner.query(`CREATE INDEX "IDX_audit_log_action" ON audit_log (tenant_id, action, id)`);
    await runner.query(`CREATE INDEX "IDX_audit_log_request_id" ON audit_log (request_id)`);
    await runner.query(`CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_log`);
  }
}
