import { Injectable } from '@nestjs/common';
import { RowsParameter } from '../../../../core/database/rows-parameter.js';
import type { Tx } from '../../../../core/database/tx.js';
import { newId } from '../../../../core/ids/uuid-v7.js';
import { News } from '../../../../core/news/news.js';
import { pack } from '../../../../core/packing/packed.js';
import { Clock } from '../../../../core/time/clock.js';
import { DevicesTurned } from '../../events/devices-turned.event.js';
import type { StatusChange } from './status-change.contract.js';

const turns = new RowsParameter<'id' | 'tenant_id' | 'device_id' | 'time' | 'body'>(
  't',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['time', 'timestamptz'],
    ['body', 'bytea'],
  ],
  1,
);

const recordSql = `
  WITH turns AS MATERIALIZED (SELECT * FROM ${turns.sql}), stored AS (
    INSERT INTO device_events (id, tenant_id, device_id, "time", source, event, body)
    SELECT id, tenant_id, device_id, "time", 'fieldline', 'status_change', body FROM turns
  )
  INSERT INTO jobs (id, tenant_id, lane_id, kind) SELECT id, tenant_id, tenant_id, 'process-event' FROM turns`;

/**
 * Writes the `status_change` events of turns that no message caused, in the transaction that turns the devices: so each
 * turn has exactly one. The turns that messages cause are written by the journal's own statement.
 *
 * @example
 * await this.statusChanges.record(tx, [{ tenantId, deviceId, from: 'online', to: 'offline', reason: 'late' }]);
 */
@Injectable()
export class StatusChangesService {
  constructor(
    private readonly clock: Clock,
    private readonly news: News,
  ) {}

  /** The caller holds the devices' rows of state. */
  async record(tx: Tx, changes: readonly StatusChange[]): Promise<void> {
    if (changes.length === 0) return;
    const nowMs = this.clock.nowMs();
    const rows = changes.map(({ tenantId, deviceId, from, to, reason, details }) => ({
      id: newId(nowMs),
      tenant_id: tenantId,
      device_id: deviceId,
      time: new Date(nowMs),
      body: pack(JSON.stringify({ from, to, reason, ...details })),
    }));
    await tx.query(recordSql, turns.values(rows));
    await this.news.tell(
      tx,
      'device_event',
      rows.map(({ id, tenant_id }) => ({ tenantId: tenant_id, id })),
    );
    for (const [to, of] of Map.groupBy(changes, (change) => change.to)) tx.publish(new DevicesTurned(to, of.length));
  }
}
