import { randomBytes } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What devices of a kind have in common, where devices stand, and what an ingest key gives the devices it makes. */
export class CreateProfilesAndPlaces1763600000017 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE place_profiles (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_place_profiles" PRIMARY KEY (id),
        CONSTRAINT "UQ_place_profiles_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_place_profiles_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    // Profiles and places are also found by what devices say, and devices write names as they like: "germany".
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_place_profiles_tenant_id_name" ON place_profiles (tenant_id, lower(name))
       WHERE deleted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE places (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        parent_id uuid,
        profile_id uuid,
        location jsonb,
        attributes jsonb NOT NULL DEFAULT '{}',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_places" PRIMARY KEY (id),
        CONSTRAINT "UQ_places_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_places_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_places_parent_id" FOREIGN KEY (tenant_id, parent_id) REFERENCES places (tenant_id, id),
        CONSTRAINT "FK_places_profile_id" FOREIGN KEY (tenant_id, profile_id) REFERENCES place_profiles (tenant_id, id),
        CONSTRAINT "CK_places_parent_id" CHECK (parent_id <> id)
      )`);
    // Also of the places without a parent no two share a name. The children of a place are a range of it.
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_places_tenant_id_parent_id_name" ON places (tenant_id, parent_id, lower(name))
       NULLS NOT DISTINCT WHERE deleted_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX "IDX_places_tenant_id_profile_id" ON places (tenant_id, profile_id) WHERE deleted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE device_profiles (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        description text,
        expected_interval integer,
        codec_function_id uuid,
        config_schema jsonb,
        measurements jsonb NOT NULL DEFAULT '[]',
        default_place_id uuid,
        default_metadata jsonb NOT NULL DEFAULT '{}',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_device_profiles" PRIMARY KEY (id),
        CONSTRAINT "UQ_device_profiles_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_device_profiles_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "FK_device_profiles_codec_function_id" FOREIGN KEY (tenant_id, codec_function_id)
          REFERENCES functions (tenant_id, id),
        CONSTRAINT "FK_device_profiles_default_place_id" FOREIGN KEY (tenant_id, default_place_id)
          REFERENCES places (tenant_id, id),
        CONSTRAINT "CK_device_profiles_expected_interval" CHECK (expected_interval BETWEEN 1 AND 1440)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX "UQ_device_profiles_tenant_id_name" ON device_profiles (tenant_id, lower(name))
       WHERE deleted_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE device_profile_labels (
        tenant_id uuid NOT NULL,
        profile_id uuid NOT NULL,
        label_id uuid NOT NULL,
        CONSTRAINT "PK_device_profile_labels" PRIMARY KEY (tenant_id, profile_id, label_id),
        CONSTRAINT "FK_device_profile_labels_profile_id" FOREIGN KEY (tenant_id, profile_id)
          REFERENCES device_profiles (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_device_profile_labels_label_id" FOREIGN KEY (tenant_id, label_id)
          REFERENCES labels (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`
      ALTER TABLE devices
        ADD COLUMN profile_id uuid,
        ADD COLUMN place_id uuid,
        ADD CONSTRAINT "FK_devices_profile_id" FOREIGN KEY (tenant_id, profile_id)
          REFERENCES device_profiles (tenant_id, id),
        ADD CONSTRAINT "FK_devices_place_id" FOREIGN KEY (tenant_id, place_id) REFERENCES places (tenant_id, id)`);
    for (const column of ['profile_id', 'place_id']) {
      await runner.query(
        `CREATE INDEX "IDX_devices_tenant_id_${column}" ON devices (tenant_id, ${column})
         WHERE ${column} IS NOT NULL AND deleted_at IS NULL`,
      );
    }
    await runner.query(`
      ALTER TABLE api_keys
        ADD COLUMN auto_register boolean NOT NULL DEFAULT false,
        ADD COLUMN profile_id uuid,
        ADD CONSTRAINT "FK_api_keys_profile_id" FOREIGN KEY (tenant_id, profile_id)
          REFERENCES device_profiles (tenant_id, id)`);
    await runner.query(`
      CREATE TABLE api_key_labels (
        tenant_id uuid NOT NULL,
        api_key_id uuid NOT NULL,
        label_id uuid NOT NULL,
        CONSTRAINT "PK_api_key_labels" PRIMARY KEY (tenant_id, api_key_id, label_id),
        CONSTRAINT "FK_api_key_labels_api_key_id" FOREIGN KEY (tenant_id, api_key_id)
          REFERENCES api_keys (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_api_key_labels_label_id" FOREIGN KEY (tenant_id, label_id)
          REFERENCES labels (tenant_id, id) ON DELETE CASCADE
      )`);
    // What was wrong with a message goes with it when its device is made.
    await runner.query(`ALTER TABLE parked_messages ADD COLUMN error jsonb`);
    await seed(runner);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE parked_messages DROP COLUMN error`);
    await runner.query(`DROP TABLE api_key_labels`);
    await runner.query(`ALTER TABLE api_keys DROP COLUMN profile_id, DROP COLUMN auto_register`);
    await runner.query(`ALTER TABLE devices DROP COLUMN place_id, DROP COLUMN profile_id`);
    await runner.query(`DROP TABLE device_profile_labels, device_profiles, places, place_profiles`);
  }
}

/** What a new tenant starts with, for those that are there already. */
async function seed(runner: QueryRunner): Promise<void> {
  const tenants = (await runner.query('SELECT id FROM tenants')) as { id: string }[];
  for (const { id } of tenants) {
    await runner.query(
      `INSERT INTO place_profiles (id, tenant_id, name) VALUES ($1, $3, 'Country'), ($2, $3, 'State')`,
      [uuidV7(), uuidV7(), id],
    );
    await runner.query(`INSERT INTO device_profiles (id, tenant_id, name) VALUES ($1, $2, 'IoT-Gateway')`, [
      uuidV7(),
      id,
    ]);
  }
}

/** PostgreSQL makes these itself only since 18. */
function uuidV7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
