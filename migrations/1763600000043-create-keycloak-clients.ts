import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which devices are clients in Keycloak, and which clients are to go from there. */
export class CreateKeycloakClients1763600000043 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE keycloak_clients (
        tenant_id uuid NOT NULL,
        device_id uuid NOT NULL,
        client_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_keycloak_clients" PRIMARY KEY (tenant_id, device_id),
        CONSTRAINT "UQ_keycloak_clients_client_id" UNIQUE (client_id),
        CONSTRAINT "FK_keycloak_clients_tenant_id_device_id"
          FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
      )`);
    // Written before a client is made there and taken back with the commit: whatever breaks between, the client goes.
    // Without a key to its device, which may never come to be.
    await runner.query(`
      CREATE TABLE keycloak_removals (
        client_id text NOT NULL,
        tenant_id uuid NOT NULL,
        due_at timestamptz NOT NULL,
        CONSTRAINT "PK_keycloak_removals" PRIMARY KEY (client_id),
        CONSTRAINT "FK_keycloak_removals_tenant_id" FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX "IDX_keycloak_removals_tenant_id" ON keycloak_removals (tenant_id)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE keycloak_removals`);
    await runner.query(`DROP TABLE keycloak_clients`);
  }
}
