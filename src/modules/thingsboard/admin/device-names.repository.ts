import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';

/** Any number that no other part takes a lock on. */
const namesLock = 7_466_047;

/** Looks whether a device has a name. */
@Injectable()
export class DeviceNamesRepository {
  /** Whoever makes a device of the same name by the same road waits until the transaction ends. */
  async isTaken(tx: Tx, tenant: Tenant, name: string): Promise<boolean> {
    await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [namesLock, `${tenant.id} ${name}`]);
    const found = await tx.query(
      'SELECT FROM devices WHERE tenant_id = $1 AND name = $2 AND deleted_at IS NULL LIMIT 1',
      [tenant.id, name],
    );
    return found.length > 0;
  }
}
