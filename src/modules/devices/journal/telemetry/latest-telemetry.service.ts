import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { sanitiseJson } from '../../../../core/json/sanitise-json.js';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import { unpack } from '../../../../core/packing/packed.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { NoTelemetry } from './no-telemetry.error.js';

export interface LatestTelemetry {
  deviceId: string;
  receivedAt: Date;
  payload: unknown;
}

/** Finds what a device sent last with its own key. */
@Injectable()
export class LatestTelemetryService {
  constructor(private readonly pool: HotPool) {}

  async get(tenant: Tenant, deviceId: string): Promise<LatestTelemetry> {
    const [row] = await this.pool.query<{ id: string; body: Buffer }>(
      `SELECT e.id, e.body FROM device_events e
       WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.event = 'telemetry'
         AND EXISTS (SELECT FROM devices d WHERE d.tenant_id = $1 AND d.id = $2 AND d.deleted_at IS NULL)
       ORDER BY e.id DESC LIMIT 1`,
      [tenant.id, deviceId],
    );
    if (row === undefined) throw new NoTelemetry();
    const payload = sanitiseJson(JSON.parse(unpack(row.body).toString())).value;
    return { deviceId, receivedAt: new Date(timeOf(row.id)), payload };
  }
}
