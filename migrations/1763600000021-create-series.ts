import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Readings over time, apart from the events they came with: one row a device, key and day, with arrays of times and values. */
export class CreateSeries1763600000021 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Set in the same HOT update as `latest`; neither is indexed. Events from series_next up to series_last have values
    // that are not in the series yet. One that was late sets series_next back.
    await runner.query(`ALTER TABLE device_state ADD COLUMN series_next uuid, ADD COLUMN series_last uuid`);

    await runner.query(`
      CREATE TABLE series_keys (
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        key_id smallint NOT NULL,
        key text NOT NULL,
        CONSTRAINT "PK_series_keys" PRIMARY KEY (tenant_id, device_id, key_id),
        CONSTRAINT "UQ_series_keys_tenant_id_device_id_key" UNIQUE (tenant_id, device_id, key),
        CONSTRAINT "FK_series_keys_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE
      )`);
    // No foreign key: a dropped month must never be looked through. A day with more points than a part holds has several.
    await runner.query(`
      CREATE TABLE series_days (
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        day date NOT NULL,
        key_id smallint NOT NULL,
        part smallint NOT NULL,
        times integer[] NOT NULL,
        "values" double precision[] NOT NULL,
        CONSTRAINT "PK_series_days" PRIMARY KEY (tenant_id, device_id, key_id, day, part)
      ) PARTITION BY RANGE (day)`);
    await runner.query(`CREATE TABLE series_days_default PARTITION OF series_days DEFAULT`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE series_days, series_keys`);
    await runner.query(`ALTER TABLE device_state DROP COLUMN series_next, DROP COLUMN series_last`);
  }
}
