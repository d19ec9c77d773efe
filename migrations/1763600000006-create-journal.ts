import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The journal: every message once, partitioned by the day of its UUIDv7 id. */
export class CreateJournal1763600000006 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // No foreign key to devices in any history: the log must survive its device, and a drop must never scan.
    await runner.query(`
      CREATE TABLE device_events (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        "time" timestamptz NOT NULL,
        f_cnt bigint,
        f_port smallint,
        source text NOT NULL,
        event text NOT NULL,
        body bytea NOT NULL,
        error jsonb,
        CONSTRAINT "PK_device_events" PRIMARY KEY (tenant_id, id)
      ) PARTITION BY RANGE (id)`);
    await runner.query(`CREATE INDEX "IDX_device_events_device_id" ON device_events (device_id, id)`);
    await runner.query(`CREATE TABLE device_events_default PARTITION OF device_events DEFAULT`);

    // What a codec made of an event. Apart from the body, so that a message stored is never rewritten.
    await runner.query(`
      CREATE TABLE decoded_values (
        event_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        decoded jsonb,
        warnings jsonb,
        error jsonb,
        CONSTRAINT "PK_decoded_values" PRIMARY KEY (tenant_id, event_id)
      ) PARTITION BY RANGE (event_id)`);
    await runner.query(`CREATE TABLE decoded_values_default PARTITION OF decoded_values DEFAULT`);

    await runner.query(`
      CREATE TABLE parked_messages (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        dev_eui text NOT NULL,
        "time" timestamptz NOT NULL,
        f_cnt bigint,
        f_port smallint,
        source text NOT NULL,
        event text NOT NULL,
        body bytea NOT NULL,
        CONSTRAINT "PK_parked_messages" PRIMARY KEY (tenant_id, dev_eui, id)
      ) PARTITION BY RANGE (id)`);
    await runner.query(`CREATE TABLE parked_messages_default PARTITION OF parked_messages DEFAULT`);

    // A unique index over partitions would have to hold the partition key, so duplicates are recognised here: two slots
    // of 24 hours; a rotation empties the older and swaps the names, so a duplicate is known for 24 to 48 hours.
    for (const slot of ['current', 'previous']) {
      await runner.query(`
        CREATE TABLE event_keys_${slot} (
          key uuid NOT NULL,
          event_id uuid NOT NULL,
          CONSTRAINT "PK_event_keys_${slot}" PRIMARY KEY (key)
        )`);
    }
    await runner.query(`
      CREATE TABLE event_key_rotation (
        only_row boolean NOT NULL DEFAULT true,
        rotated_at timestamptz NOT NULL,
        CONSTRAINT "PK_event_key_rotation" PRIMARY KEY (only_row),
        CONSTRAINT "CK_event_key_rotation_only_row" CHECK (only_row)
      )`);
    await runner.query(`INSERT INTO event_key_rotation (rotated_at) VALUES (now())`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE event_key_rotation, event_keys_previous, event_keys_current, parked_messages, decoded_values, device_events`,
    );
  }
}
