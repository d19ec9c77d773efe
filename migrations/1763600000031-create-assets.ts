import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signed files of devices in versions, the keys that sign them, and which profile is offered which as its firmware. */
export class CreateAssets1763600000031 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Deleted ones stay: their next upload goes on counting, so that one version never means two contents.
    await runner.query(`
      CREATE TABLE assets (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        filename text NOT NULL,
        last_version integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_assets" PRIMARY KEY (id),
        CONSTRAINT "UQ_assets_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "UQ_assets_tenant_id_filename" UNIQUE (tenant_id, filename),
        CONSTRAINT "FK_assets_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE TABLE asset_keys (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        name text NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        bits integer NOT NULL,
        fingerprint text NOT NULL,
        public_key text NOT NULL,
        private_key_sealed text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_asset_keys" PRIMARY KEY (id),
        CONSTRAINT "FK_asset_keys_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX "UQ_asset_keys_tenant_id_name" ON asset_keys (tenant_id, name) WHERE deleted_at IS NULL`);
    // The id is the file's name in the store, too.
    await runner.query(`
      CREATE TABLE asset_versions (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        asset_id uuid NOT NULL,
        version integer NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        firmware jsonb,
        uploaded_at timestamptz NOT NULL DEFAULT now(),
        signed_at text NOT NULL,
        signed_what text NOT NULL,
        signature text NOT NULL,
        key_fingerprint text NOT NULL,
        CONSTRAINT "PK_asset_versions" PRIMARY KEY (id),
        CONSTRAINT "UQ_asset_versions_asset_id_version" UNIQUE (tenant_id, asset_id, version),
        CONSTRAINT "FK_asset_versions_asset_id" FOREIGN KEY (tenant_id, asset_id)
          REFERENCES assets (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "CK_asset_versions_signed_what" CHECK (signed_what IN ('file', 'timestamp'))
      )`);
    // No key to the tenant: a signature stays used whatever becomes of who used it.
    await runner.query(`
      CREATE TABLE used_asset_signatures (
        tenant_id uuid NOT NULL,
        digest uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT "PK_used_asset_signatures" PRIMARY KEY (tenant_id, digest)
      )`);
    await runner.query(`CREATE INDEX "IDX_used_asset_signatures_expires_at" ON used_asset_signatures (expires_at)`);
    await runner.query(`
      CREATE TABLE firmware_offers (
        tenant_id uuid NOT NULL,
        profile_id uuid NOT NULL,
        asset_id uuid NOT NULL,
        pinned_version integer,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_firmware_offers" PRIMARY KEY (tenant_id, profile_id),
        CONSTRAINT "FK_firmware_offers_profile_id" FOREIGN KEY (tenant_id, profile_id)
          REFERENCES device_profiles (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_firmware_offers_asset_id" FOREIGN KEY (tenant_id, asset_id)
          REFERENCES assets (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "FK_firmware_offers_pinned_version" FOREIGN KEY (tenant_id, asset_id, pinned_version)
          REFERENCES asset_versions (tenant_id, asset_id, version)
      )`);
    await runner.query(`
      CREATE INDEX "IDX_firmware_offers_asset_id" ON firmware_offers (tenant_id, asset_id, pinned_version)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE firmware_offers`);
    await runner.query(`DROP TABLE used_asset_signatures`);
    await runner.query(`DROP TABLE asset_versions`);
    await runner.query(`DROP TABLE asset_keys`);
    await runner.query(`DROP TABLE assets`);
  }
}
