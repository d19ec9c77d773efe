import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What this instance is as a device itself, how it registers with an upstream, and its target and current state. */
export class CreateIdentity1763600000029 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identities (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        uuid text NOT NULL,
        device_id text,
        device_name text,
        device_type text,
        api_key_sealed text,
        api_endpoint text,
        registered_at timestamptz,
        provisioned boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_identities" PRIMARY KEY (id),
        CONSTRAINT "UQ_identities_tenant_id" UNIQUE (tenant_id),
        CONSTRAINT "FK_identities_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_identities_uuid" CHECK (uuid ~ '^[A-Za-z0-9._-]{1,64}$')
      )`);
    await runner.query(`
      CREATE TABLE upstream_registrations (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        api_endpoint text NOT NULL,
        request jsonb NOT NULL,
        provisioning_key_sealed text,
        device_key_sealed text,
        state text NOT NULL,
        device_id text,
        device_name text,
        registered_at timestamptz,
        failures integer NOT NULL DEFAULT 0,
        last_error text,
        next_attempt_at timestamptz,
        contacted_at timestamptz,
        target_tag text,
        reported jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT "PK_upstream_registrations" PRIMARY KEY (id),
        CONSTRAINT "FK_upstream_registrations_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_upstream_registrations_state"
          CHECK (state IN ('registering', 'exchanging', 'linked', 'refused', 'replaced')),
        -- What has ended keeps no secret.
        CONSTRAINT "CK_upstream_registrations_ended_at"
          CHECK ((ended_at IS NOT NULL) = (state IN ('refused', 'replaced'))
                 AND (ended_at IS NULL OR (provisioning_key_sealed IS NULL AND device_key_sealed IS NULL)))
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX "UQ_upstream_registrations_tenant_id" ON upstream_registrations (tenant_id)
      WHERE ended_at IS NULL`);
    await runner.query(`CREATE INDEX "IDX_upstream_registrations_id" ON upstream_registrations (tenant_id, id)`);
    await runner.query(`
      CREATE TABLE identity_states (
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        version integer NOT NULL,
        state jsonb NOT NULL,
        source text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_identity_states" PRIMARY KEY (tenant_id, kind),
        CONSTRAINT "FK_identity_states_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_identity_states_kind" CHECK (kind IN ('target', 'current')),
        CONSTRAINT "CK_identity_states_source" CHECK (source IN ('local', 'upstream'))
      )`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    // Their lane and jobs would be nobody's.
    await runner.query(`DELETE FROM jobs WHERE kind = 'upstream-link'`);
    await runner.query(`DELETE FROM lanes WHERE id IN (SELECT id FROM identities)`);
    await runner.query(`DROP TABLE identity_states, upstream_registrations, identities`);
  }
}
