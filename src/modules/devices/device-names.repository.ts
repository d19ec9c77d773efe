import { Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';

/** All queries on the names of devices alone. */
@Injectable()
export class DeviceNamesRepository {
  async lock(tx: Tx, tenant: Tenant, name: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('device-name:' || $1::text || lower($2::text), 0))`, [
      tenant.id,
      name,
    ]);
  }

  async isTaken(tx: Tx, tenant: Tenant, name: string): Promise<boolean> {
    // The index knows names without case.
    const found = await tx.query(
      `SELECT FROM devices
       WHERE tenant_id = $1 AND lower(name) = lower($2) AND name = $2 AND deleted_at IS NULL LIMIT 1`,
      [tenant.id, name],
    );
    return found.length > 0;
  }
}
