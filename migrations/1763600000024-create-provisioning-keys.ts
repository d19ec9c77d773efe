import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that many devices register with, and which devices did. */
export class CreateProvisioningKeys1763600000024 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Each registration counts here: room for the updates, and no index on what they touch.
    await runner.query(`
      CREATE TABLE provisioning_keys (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        prefix text NOT NULL,
        secret_hash bytea NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        reregistration text NOT NULL DEFAULT 'refuse',
        max_devices integer,
        devices_used integer NOT NULL DEFAULT 0,
        profile_id uuid,
        place_id uuid,
        placement jsonb,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT "PK_provisioning_keys" PRIMARY KEY (id),
        CONSTRAINT "UQ_provisioning_keys_prefix" UNIQUE (prefix),
        CONSTRAINT "UQ_provisioning_keys_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_provisioning_keys_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_provisioning_keys_profile_id" FOREIGN KEY (tenant_id, profile_id)
          REFERENCES device_profiles (tenant_id, id),
        CONSTRAINT "FK_provisioning_keys_place_id" FOREIGN KEY (tenant_id, place_id) REFERENCES places (tenant_id, id),
        CONSTRAINT "CK_provisioning_keys_reregistration" CHECK (reregistration IN ('refuse', 'rotate', 'return')),
        CONSTRAINT "CK_provisioning_keys_max_devices" CHECK (max_devices >= 1)
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      CREATE TABLE provisioning_key_labels (
        tenant_id uuid NOT NULL,
        provisioning_key_id uuid NOT NULL,
        label_id uuid NOT NULL,
        CONSTRAINT "PK_provisioning_key_labels" PRIMARY KEY (tenant_id, provisioning_key_id, label_id),
        CONSTRAINT "FK_provisioning_key_labels_provisioning_key_id" FOREIGN KEY (tenant_id, provisioning_key_id)
          REFERENCES provisioning_keys (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_provisioning_key_labels_label_id" FOREIGN KEY (tenant_id, label_id)
          REFERENCES labels (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE INDEX "IDX_provisioning_key_labels_label_id" ON provisioning_key_labels (tenant_id, label_id)`,
    );
    await runner.query(`
      CREATE TABLE device_registrations (
        tenant_id uuid NOT NULL,
        provisioning_key_id uuid NOT NULL,
        device_id uuid NOT NULL,
        registration_id uuid NOT NULL,
        registered_at timestamptz NOT NULL,
        address text NOT NULL,
        announced_at timestamptz,
        CONSTRAINT "PK_device_registrations" PRIMARY KEY (tenant_id, provisioning_key_id, device_id),
        CONSTRAINT "FK_device_registrations_provisioning_key_id" FOREIGN KEY (tenant_id, provisioning_key_id)
          REFERENCES provisioning_keys (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_device_registrations_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE INDEX "IDX_device_registrations_registration_id"
       ON device_registrations (tenant_id, provisioning_key_id, registration_id)`,
    );
    await runner.query(
      `CREATE INDEX "IDX_device_registrations_device_id" ON device_registrations (tenant_id, device_id)`,
    );
    await this.allowActors(runner, `'user', 'api_key', 'device', 'provisioning_key', 'system'`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE audit_log SET actor_kind = 'system' WHERE actor_kind = 'provisioning_key'`);
    await this.allowActors(runner, `'user', 'api_key', 'device', 'system'`);
    await runner.query(`DROP TABLE device_registrations`);
    await runner.query(`DROP TABLE provisioning_key_labels`);
    await runner.query(`DROP TABLE provisioning_keys`);
  }

  private async allowActors(runner: QueryRunner, kinds: string): Promise<void> {
    await runner.query(`ALTER TABLE audit_log DROP CONSTRAINT "CK_audit_log_actor_kind"`);
    await runner.query(
      `ALTER TABLE audit_log ADD CONSTRAINT "CK_audit_log_actor_kind" CHECK (actor_kind IN (${kinds}))`,
    );
  }
}
