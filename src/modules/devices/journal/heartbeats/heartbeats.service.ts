import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { RowsParameter } from '../../../../core/database/rows-parameter.js';
import { EventBus } from '../../../../core/events/event-bus.js';
import { newId } from '../../../../core/ids/uuid-v7.js';
import { Listeners } from '../../../../core/news/listeners.js';
import { tell } from '../../../../core/news/news.sql.js';
import { Queue } from '../../../../core/queue/queue.js';
import { DevicesTurned } from '../../events/devices-turned.event.js';
import { seenDevices } from '../seen-devices.sql.js';

/** A device was heard of that sent no message: it reported a state, or asked for something. */
export interface Heartbeat {
  tenantId: string;
  deviceId: string;
  atMs: number;
}

const beats = new RowsParameter<'id' | 'tenant_id' | 'device_id' | 'received_at'>(
  'given',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['received_at', 'timestamptz'],
  ],
  1,
);

/** Turns are few, so one statement tells of them or finds nobody to tell. */
const beatSql = `
  WITH answered AS MATERIALIZED (
    SELECT id, tenant_id, device_id AS found_id, received_at, true AS is_new FROM ${beats.sql}
  ), ${seenDevices(`), told AS (${tell('device_event', 'SELECT tenant_id, id FROM turned', beats.next)}`)}
  SELECT (SELECT count(*)::int FROM turned) AS turned`;

/**
 * Notes that devices live, many in one statement: what a message does to its device's state, without a message. It writes
 * no event but the turn of a device that was not online.
 */
@Injectable()
export class HeartbeatsService {
  constructor(
    private readonly pool: HotPool,
    private readonly queue: Queue,
    private readonly bus: EventBus,
    private readonly listeners: Listeners,
  ) {}

  async note(heartbeats: readonly Heartbeat[]): Promise<void> {
    if (heartbeats.length === 0) return;
    const rows = heartbeats.map(({ tenantId, deviceId, atMs }) => ({
      id: newId(atMs),
      tenant_id: tenantId,
      device_id: deviceId,
      received_at: new Date(atMs),
    }));
    const values = [...beats.values(rows), this.listeners.tenants];
    const [answer] = await this.pool.named<{ turned: number }>('heartbeats', beatSql, values);
    const turned = answer?.turned ?? 0;
    if (turned === 0) return;
    this.queue.hint('events');
    this.bus.publish(new DevicesTurned('online', turned));
  }
}
