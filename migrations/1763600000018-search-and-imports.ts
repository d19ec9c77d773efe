import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds devices by parts of what they are called, flows by what their versions held, and takes devices in by the file. */
export class SearchAndImports1763600000018 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Both are trusted extensions of PostgreSQL itself: whoever owns the database may create them.
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm`);
    await runner.query(`CREATE EXTENSION IF NOT EXISTS btree_gin`);
    // All that a device is looked for by, in one text: one index and one condition instead of seven.
    await runner.query(`
      ALTER TABLE devices ADD COLUMN search_text text GENERATED ALWAYS AS (
        name || ' ' || coalesce(dev_eui, '') || ' ' || coalesce(mac, '') || ' ' || coalesce(serial, '') || ' ' ||
        coalesce(uuid, '') || ' ' || coalesce(site, '') || ' ' || coalesce(description, '')) STORED`);
    // The tenant is part of it: what many tenants have in common ("sensor") would else be read for all of them.
    await runner.query(
      `CREATE INDEX "IDX_devices_tenant_id_search_text" ON devices USING gin (tenant_id, search_text gin_trgm_ops)
       WHERE deleted_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX "IDX_devices_tenant_id_name_prefix" ON devices (tenant_id, lower(name) text_pattern_ops)
       WHERE deleted_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX "IDX_devices_tenant_id_created_at" ON devices (tenant_id, created_at, id) WHERE deleted_at IS NULL`,
    );
    // No uplink of a device that is online changes its status: such updates stay HOT.
    await runner.query(`CREATE INDEX "IDX_device_state_tenant_id_status" ON device_state (tenant_id, status)`);
    // Which versions held a node is asked for the runs of a label; versions are few and written by people.
    await runner.query(
      `CREATE INDEX "IDX_flow_versions_nodes" ON flow_versions USING gin (tenant_id, nodes jsonb_path_ops)`,
    );

    // done is the last row that was looked at: an import goes on there after a crash.
    await runner.query(`
      CREATE TABLE device_imports (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        format text NOT NULL,
        dry_run boolean NOT NULL,
        on_conflict text NOT NULL,
        state text NOT NULL,
        total integer NOT NULL DEFAULT 0,
        done integer NOT NULL DEFAULT 0,
        created integer NOT NULL DEFAULT 0,
        updated integer NOT NULL DEFAULT 0,
        skipped integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        requested_by jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT "PK_device_imports" PRIMARY KEY (id),
        CONSTRAINT "UQ_device_imports_tenant_id_id" UNIQUE (tenant_id, id),
        CONSTRAINT "FK_device_imports_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE,
        CONSTRAINT "CK_device_imports_state" CHECK (state IN ('receiving', 'running', 'finished', 'aborted'))
      )`);
    // "row" counts as the file does. What a row says is kept for its report; its key is sealed, and only until it is done.
    await runner.query(`
      CREATE TABLE device_import_rows (
        tenant_id uuid NOT NULL,
        import_id uuid NOT NULL,
        position integer NOT NULL,
        "row" integer NOT NULL,
        given jsonb NOT NULL,
        app_key_sealed text,
        status text NOT NULL DEFAULT 'pending',
        device_id uuid,
        errors jsonb,
        CONSTRAINT "PK_device_import_rows" PRIMARY KEY (tenant_id, import_id, position),
        CONSTRAINT "FK_device_import_rows_import_id" FOREIGN KEY (tenant_id, import_id)
          REFERENCES device_imports (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "CK_device_import_rows_status" CHECK (status IN ('pending', 'created', 'updated', 'skipped', 'error'))
      )`);
    await runner.query(`
      CREATE INDEX "IDX_device_import_rows_status" ON device_import_rows (tenant_id, import_id, status, position)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE device_import_rows, device_imports`);
    await runner.query(`DROP INDEX "IDX_flow_versions_nodes"`);
    await runner.query(`DROP INDEX "IDX_device_state_tenant_id_status"`);
    await runner.query(`DROP INDEX "IDX_devices_tenant_id_created_at"`);
    await runner.query(`DROP INDEX "IDX_devices_tenant_id_name_prefix"`);
    await runner.query(`ALTER TABLE devices DROP COLUMN search_text`);
    // Only what is ours: where a superuser made them before us, they stay.
    await runner.query(`
      DO $$
      DECLARE extension name;
      BEGIN
        FOR extension IN SELECT extname FROM pg_extension
          WHERE extname IN ('btree_gin', 'pg_trgm') AND extowner = current_user::regrole
        LOOP
          EXECUTE format('DROP EXTENSION %I', extension);
        END LOOP;
      END $$`);
  }
}
