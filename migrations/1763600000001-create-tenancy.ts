import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may do what: tenants, users, their memberships and sessions, API keys, and the keys that sign access tokens. */
export class CreateTenancy1763600000001 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenants (
        id uuid NOT NULL,
        name text NOT NULL,
        slug text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_tenants" PRIMARY KEY (id),
        CONSTRAINT "UQ_tenants_slug" UNIQUE (slug)
      )`);
    await runner.query(`
      CREATE TABLE users (
        id uuid NOT NULL,
        email text NOT NULL,
        username text NOT NULL,
        password_hash text NOT NULL,
        is_active boolean NOT NULL DEFAULT true,
        is_superuser boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_users" PRIMARY KEY (id)
      )`);
    // Addresses and names are told apart without case: "Ann@x.org" is the same person as "ann@x.org".
    await runner.query(`CREATE UNIQUE INDEX "UQ_users_email" ON users (lower(email))`);
    await runner.query(`CREATE UNIQUE INDEX "UQ_users_username" ON users (lower(username))`);
    await runner.query(`
      CREATE TABLE memberships (
        tenant_id uuid NOT NULL,
        user_id uuid NOT NULL,
        role text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_memberships" PRIMARY KEY (tenant_id, user_id),
        CONSTRAINT "FK_memberships_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_memberships_user_id" FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT "CK_memberships_role" CHECK (role IN ('viewer', 'editor', 'admin'))
      )`);
    await runner.query(`CREATE INDEX "IDX_memberships_user_id" ON memberships (user_id)`);
    await runner.query(`
      CREATE TABLE sessions (
        id uuid NOT NULL,
        user_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        CONSTRAINT "PK_sessions" PRIMARY KEY (id),
        CONSTRAINT "FK_sessions_user_id" FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT "FK_sessions_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_sessions_user_id" ON sessions (user_id)`);
    await runner.query(`
      CREATE TABLE api_keys (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        prefix text NOT NULL,
        secret_hash bytea NOT NULL,
        scopes text[] NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_api_keys" PRIMARY KEY (id),
        CONSTRAINT "UQ_api_keys_prefix" UNIQUE (prefix),
        CONSTRAINT "UQ_api_keys_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_api_keys_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE TABLE signing_keys (
        id text NOT NULL,
        algorithm text NOT NULL,
        public_jwk jsonb NOT NULL,
        private_key_sealed text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz,
        CONSTRAINT "PK_signing_keys" PRIMARY KEY (id)
      )`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE signing_keys, api_keys, sessions, memberships, users, tenants`);
  }
}
