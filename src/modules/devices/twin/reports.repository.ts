import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import { Listeners } from '../../../core/news/listeners.js';
import {
  changedReports,
  readStatement,
  reporters,
  toldWriteStatement,
  writeStatement,
  type ChangedReport,
  type StoredReport,
} from './reports.statement.js';

/** Reads and writes the reported states of many devices at once. */
@Injectable()
export class ReportsRepository {
  constructor(
    private readonly pool: HotPool,
    private readonly listeners: Listeners,
  ) {}

  async read(devices: readonly { tenantId: string; deviceId: string }[]): Promise<Map<string, StoredReport>> {
    const rows = devices.map(({ tenantId, deviceId }) => ({ tenant_id: tenantId, device_id: deviceId }));
    const stored = await this.pool.named<StoredReport>(readStatement.name, readStatement.text, reporters.values(rows));
    return new Map(stored.map((row) => [row.id, row]));
  }

  /** Answers the devices whose states were written; the others have changed in between. */
  async write(changed: readonly ChangedReport[]): Promise<Set<string>> {
    const { tenants } = this.listeners;
    const isHeard = changed.some(({ tenant_id }) => tenants.includes(tenant_id));
    const { name, text } = isHeard ? toldWriteStatement : writeStatement;
    const values = [...changedReports.values(changed), ...(isHeard ? [tenants] : [])];
    const rows = await this.pool.named<{ device_id: string }>(name, text, values);
    return new Set(rows.map(({ device_id }) => device_id));
  }
}
