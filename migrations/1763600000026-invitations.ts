import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invitations into tenants, and why a flow was disabled that nobody disabled. */
export class Invitations1763600000026 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE flows ADD COLUMN disabled_reason text`);
    // No foreign keys to users: who has invited whom is to be seen after they are gone.
    await runner.query(`
      CREATE TABLE invitations (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        email text NOT NULL,
        role text NOT NULL,
        secret_hash bytea NOT NULL,
        invited_by uuid,
        accepted_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        accepted_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT "PK_invitations" PRIMARY KEY (id),
        CONSTRAINT "UQ_invitations_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_invitations_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_invitations_role" CHECK (role IN ('viewer', 'editor', 'admin'))
      )`);
    // Whoever is invited anew has one link that works, not two.
    await runner.query(`
      CREATE UNIQUE INDEX "UQ_invitations_tenant_id_email" ON invitations (tenant_id, email)
      WHERE accepted_at IS NULL AND revoked_at IS NULL`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE invitations`);
    await runner.query(`ALTER TABLE flows DROP COLUMN disabled_reason`);
  }
}
