import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The bearer secrets that devices speak with. */
export class CreateDeviceKeys1763600000022 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE device_keys (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        name text,
        origin text NOT NULL,
        claim_id uuid,
        prefix text NOT NULL,
        secret_hash bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        confirmed_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT "PK_device_keys" PRIMARY KEY (id),
        CONSTRAINT "UQ_device_keys_prefix" UNIQUE (prefix),
        CONSTRAINT "FK_device_keys_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT "CK_device_keys_origin" CHECK (origin IN ('issued', 'rotated', 'claimed', 'registered'))
      ) WITH (fillfactor = 80)`);
    await runner.query(`CREATE INDEX "IDX_device_keys_device_id" ON device_keys (tenant_id, device_id, id)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE device_keys`);
  }
}
