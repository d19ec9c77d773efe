import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The registry of devices, their labels, and what uplinks change about them, kept in a row of its own. */
export class CreateDevices1763600000005 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE devices (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        dev_eui text,
        mac text,
        uuid text,
        serial text,
        app_eui text,
        app_key_sealed text,
        description text,
        site text,
        expected_transmit_time integer,
        metadata jsonb NOT NULL DEFAULT '{}',
        location jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_devices" PRIMARY KEY (id),
        CONSTRAINT "UQ_devices_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_devices_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_devices_dev_eui" CHECK (dev_eui ~ '^[0-9A-F]{16}$'),
        CONSTRAINT "CK_devices_expected_transmit_time" CHECK (expected_transmit_time BETWEEN 1 AND 1440)
      )`);
    for (const column of ['dev_eui', 'mac', 'uuid', 'serial']) {
      await runner.query(
        `CREATE UNIQUE INDEX "UQ_devices_tenant_id_${column}" ON devices (tenant_id, ${column}) WHERE deleted_at IS NULL`,
      );
    }
    await runner.query(
      `CREATE INDEX "IDX_devices_tenant_id_name" ON devices (tenant_id, name) WHERE deleted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE device_labels (
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        label_id uuid NOT NULL,
        CONSTRAINT "PK_device_labels" PRIMARY KEY (tenant_id, device_id, label_id),
        CONSTRAINT "FK_device_labels_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_device_labels_label_id" FOREIGN KEY (tenant_id, label_id)
          REFERENCES labels (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_device_labels_label_id" ON device_labels (tenant_id, label_id, device_id)`);

    // Written by every uplink. No column that an uplink touches is indexed and pages keep room, so the updates are HOT;
    // check_at is what the sweeper walks, and uplinks leave it alone.
    await runner.query(`
      CREATE TABLE device_state (
        device_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        status text NOT NULL DEFAULT 'never_seen',
        last_seen_at timestamptz,
        latest jsonb NOT NULL DEFAULT '{}',
        check_at timestamptz,
        CONSTRAINT "PK_device_state" PRIMARY KEY (device_id),
        CONSTRAINT "FK_device_state_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "CK_device_state_status" CHECK (status IN ('never_seen', 'online', 'offline', 'maintenance'))
      ) WITH (fillfactor = 70)`);
    await runner.query(
      `CREATE INDEX "IDX_device_state_check_at" ON device_state (check_at) WHERE check_at IS NOT NULL`,
    );
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE device_state, device_labels, devices`);
  }
}
