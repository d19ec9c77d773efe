import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What devices are to be and what they say they are, and every change of either. */
export class CreateTwins1763600000028 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Made with the first change of either side: most devices have none. Reports touch no indexed column, so they are HOT,
    // and a long target stays where it is (TOAST) while the reported state changes.
    await runner.query(`
      CREATE TABLE device_twins (
        device_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        target jsonb NOT NULL DEFAULT '{}',
        target_version bigint NOT NULL DEFAULT 0,
        target_at timestamptz,
        reported jsonb NOT NULL DEFAULT '{}',
        reported_version bigint NOT NULL DEFAULT 0,
        reported_at timestamptz,
        CONSTRAINT "PK_device_twins" PRIMARY KEY (device_id),
        CONSTRAINT "FK_device_twins_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE
      ) WITH (fillfactor = 70)`);

    // No foreign key to devices in any history: the log must survive its device, and a drop must never scan.
    await runner.query(`
      CREATE TABLE twin_changes (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        side text NOT NULL,
        version bigint NOT NULL,
        change jsonb NOT NULL,
        document jsonb,
        actor_kind text NOT NULL,
        actor_id uuid,
        actor_name text,
        CONSTRAINT "PK_twin_changes" PRIMARY KEY (tenant_id, id),
        CONSTRAINT "CK_twin_changes_side" CHECK (side IN ('target', 'reported')),
        CONSTRAINT "CK_twin_changes_actor_kind" CHECK (actor_kind IN ('user', 'api_key', 'device', 'system'))
      ) PARTITION BY RANGE (id)`);
    await runner.query(`CREATE INDEX "IDX_twin_changes_device_id" ON twin_changes (device_id, id)`);
    await runner.query(`CREATE TABLE twin_changes_default PARTITION OF twin_changes DEFAULT`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE twin_changes, device_twins`);
  }
}
