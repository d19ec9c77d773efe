import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { EventBus } from '../../../../core/events/event-bus.js';
import { newId } from '../../../../core/ids/uuid-v7.js';
import { Listeners } from '../../../../core/news/listeners.js';
import { Queue } from '../../../../core/queue/queue.js';
import { DevicesTurned } from '../../events/devices-turned.event.js';
import { beats, heartbeatsSql } from './heartbeats.statement.js';

/** A device was heard of: by a message, or because it reported a state or asked for something. */
export interface Heartbeat {
  /** The message's; the id of the turn follows from it. */
  id?: string;
  tenantId: string;
  deviceId: string;
  atMs: number;
}

/**
 * Notes that devices live, many in one statement, and turns online who was not: all that being heard of does to a
 * device's state. It writes no event but the turns'.
 */
@Injectable()
export class HeartbeatsService {
  constructor(
    private readonly pool: HotPool,
    private readonly queue: Queue,
    private readonly bus: EventBus,
    private readonly listeners: Listeners,
  ) {}

  async note(heartbeats: readonly Heartbeat[], deadlineMs?: number): Promise<void> {
    if (heartbeats.length === 0) return;
    const rows = heartbeats.map(({ id, tenantId, deviceId, atMs }) => ({
      id: id ?? newId(atMs),
      tenant_id: tenantId,
      device_id: deviceId,
      received_at: new Date(atMs),
    }));
    const values = [...beats.values(rows), this.listeners.tenants];
    const [answer] = await this.pool.named<{ turned: number }>('heartbeats', heartbeatsSql, values, deadlineMs);
    const turned = answer?.turned ?? 0;
    if (turned === 0) return;
    this.queue.hint('events');
    this.bus.publish(new DevicesTurned('online', turned));
  }
}
