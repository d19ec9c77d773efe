import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which user a person is whom an OIDC issuer vouches for, in each tenant where they were seen. */
export class CreateOidcIdentities1763600000042 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // A row stays when its membership goes: who was removed here is not made a member again by their next token.
    await runner.query(`
      CREATE TABLE oidc_identities (
        issuer text NOT NULL,
        subject text NOT NULL,
        tenant_id uuid NOT NULL,
        user_id uuid NOT NULL,
        role_as_of timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_oidc_identities" PRIMARY KEY (issuer, subject, tenant_id),
        CONSTRAINT "FK_oidc_identities_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_oidc_identities_user_id" FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_oidc_identities_tenant_id" ON oidc_identities (tenant_id)`);
    await runner.query(`CREATE INDEX "IDX_oidc_identities_user_id" ON oidc_identities (user_id)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE oidc_identities`);
  }
}
