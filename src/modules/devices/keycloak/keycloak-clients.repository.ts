import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';

/** Whose client it is. */
export interface DeviceOfClient {
  tenantId: string;
  deviceId: string;
}

/** All queries on clients in Keycloak. */
@Injectable()
export class KeycloakClientsRepository {
  constructor(private readonly hotPool: HotPool) {}

  async insert(tx: Tx, tenant: Tenant, deviceId: string, clientId: string): Promise<void> {
    await tx.query(
      `INSERT INTO keycloak_clients (tenant_id, device_id, client_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [tenant.id, deviceId, clientId],
    );
    await tx.query('DELETE FROM keycloak_removals WHERE tenant_id = $1 AND client_id = $2', [tenant.id, clientId]);
  }

  /** Outside of every transaction: it must stand whatever becomes of them. */
  async noteRemoval(tenant: Tenant, clientId: string, dueAt: Date): Promise<void> {
    await this.hotPool.query(
      `INSERT INTO keycloak_removals (client_id, tenant_id, due_at) VALUES ($1, $2, $3)
       ON CONFLICT (client_id) DO UPDATE SET due_at = excluded.due_at`,
      [clientId, tenant.id, dueAt],
    );
  }

  /** False: the device has none. */
  async turnIntoRemoval(tx: Tx, tenant: Tenant, deviceId: string, dueAt: Date): Promise<boolean> {
    const rows = await tx.query(
      `WITH gone AS (DELETE FROM keycloak_clients WHERE tenant_id = $1 AND device_id = $2 RETURNING client_id, tenant_id)
       INSERT INTO keycloak_removals (client_id, tenant_id, due_at) SELECT client_id, tenant_id, $3 FROM gone
       ON CONFLICT (client_id) DO UPDATE SET due_at = excluded.due_at RETURNING client_id`,
      [tenant.id, deviceId, dueAt],
    );
    return rows.length > 0;
  }

  /** Of all tenants: those that are due and no living device's, and those of devices that are retired. */
  async listDue(now: Date, limit: number): Promise<string[]> {
    const rows = await this.hotPool.query<{ client_id: string }>(
      `SELECT r.client_id FROM keycloak_removals r
       WHERE r.due_at <= $1 AND NOT EXISTS (SELECT FROM keycloak_clients c WHERE c.client_id = r.client_id)
       UNION
       SELECT c.client_id FROM keycloak_clients c JOIN devices d ON d.tenant_id = c.tenant_id AND d.id = c.device_id
       WHERE d.deleted_at IS NOT NULL
       LIMIT $2`,
      [now, limit],
    );
    return rows.map(({ client_id }) => client_id);
  }

  async forget(clientId: string): Promise<void> {
    await this.hotPool.query(
      `WITH removal AS (DELETE FROM keycloak_removals WHERE client_id = $1)
       DELETE FROM keycloak_clients c USING devices d
       WHERE c.client_id = $1 AND d.tenant_id = c.tenant_id AND d.id = c.device_id AND d.deleted_at IS NOT NULL`,
      [clientId],
    );
  }

  /** For the authenticator, which does not know the tenant yet: the client says it. */
  async findDevice(clientId: string): Promise<DeviceOfClient | null> {
    const [row] = await this.hotPool.named<DeviceOfClient>(
      'keycloak-client-device',
      `SELECT c.tenant_id AS "tenantId", c.device_id AS "deviceId"
       FROM keycloak_clients c JOIN devices d ON d.tenant_id = c.tenant_id AND d.id = c.device_id
       WHERE c.client_id = $1 AND d.deleted_at IS NULL`,
      [clientId],
    );
    return row ?? null;
  }
}
