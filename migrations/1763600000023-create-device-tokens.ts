import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One-time tokens, which devices exchange for their keys. */
export class CreateDeviceTokens1763600000023 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE device_tokens (
        id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        prefix text NOT NULL,
        secret_hash bytea NOT NULL,
        notes text,
        metadata jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        claimed_at timestamptz,
        claimed_from text,
        device_metadata jsonb,
        CONSTRAINT "PK_device_tokens" PRIMARY KEY (id),
        CONSTRAINT "UQ_device_tokens_prefix" UNIQUE (prefix),
        CONSTRAINT "FK_device_tokens_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_device_tokens_tenant_id" ON device_tokens (tenant_id, id)`);
    await runner.query(`CREATE INDEX "IDX_device_tokens_device_id" ON device_tokens (tenant_id, device_id, id)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE device_tokens`);
  }
}
