import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tokens by which ThingsBoard's clients name their device: found by a hash, sealed for admins who read them. */
export class CreateDeviceAccessTokens1763600000034 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE device_access_tokens (
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        token_sealed text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_device_access_tokens" PRIMARY KEY (tenant_id, device_id),
        CONSTRAINT "UQ_device_access_tokens_token_hash" UNIQUE (token_hash),
        CONSTRAINT "FK_device_access_tokens_device_id" FOREIGN KEY (tenant_id, device_id)
          REFERENCES devices (tenant_id, id) ON DELETE CASCADE
      )`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE device_access_tokens`);
  }
}
