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

    // By MAC and not by device: a config may be there before its device is. One row for ever: what was deleted and saved
    // again goes on with its revisions. The content is the text that devices get, byte for byte; jsonb would sort its keys.
    await runner.query(`
      CREATE TABLE configs (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        mac text NOT NULL,
        content text,
        device_name text,
        device_entity_id text,
        enable_ota boolean,
        revision integer NOT NULL,
        last_revision integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        CONSTRAINT "PK_configs" PRIMARY KEY (id),
        CONSTRAINT "UQ_configs_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "UQ_configs_tenant_id_mac" UNIQUE (tenant_id, mac),
        CONSTRAINT "FK_configs_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_configs_mac" CHECK (mac ~ '^[0-9a-f]{2}(-[0-9a-f]{2}){5}$'),
        CONSTRAINT "CK_configs_content" CHECK ((content IS NULL) = (deleted_at IS NOT NULL))
      )`);
    await runner.query(`
      CREATE TABLE config_revisions (
        tenant_id uuid NOT NULL,
        config_id uuid NOT NULL,
        revision integer NOT NULL,
        content text,
        made_by text NOT NULL,
        made_by_id uuid,
        restored_from integer,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_config_revisions" PRIMARY KEY (tenant_id, config_id, revision),
        CONSTRAINT "FK_config_revisions_config_id" FOREIGN KEY (tenant_id, config_id)
          REFERENCES configs (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "CK_config_revisions_made_by" CHECK (made_by IN ('user', 'api_key', 'file', 'system'))
      )`);

    // What each folder of ESP32_CONFIGS_DIR held when it was last looked at. The folder has an id of its own, kept inside of
    // it: an empty mount point in its place is another folder, and not one from which everything was removed.
    await runner.query(`
      CREATE TABLE config_files (
        folder_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        mac text NOT NULL,
        revision integer NOT NULL,
        digest text,
        CONSTRAINT "PK_config_files" PRIMARY KEY (folder_id, mac),
        CONSTRAINT "FK_config_files_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE config_files, config_revisions, configs, notices`);
  }
}
