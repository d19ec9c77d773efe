import { Injectable } from '@nestjs/common';
import { Batcher } from '../../../core/batching/batcher.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { RowsParameter } from '../../../core/database/rows-parameter.js';
import { unpack } from '../../../core/packing/packed.js';
import type { EventError } from './device-event.contract.js';

/** A device event as it was stored. */
export interface StoredEvent {
  id: string;
  tenantId: string;
  deviceId: string;
  source: string;
  event: string;
  time: Date;
  fCnt: number | null;
  fPort: number | null;
  /** The bytes as they came. */
  body: Buffer;
  /** The body as sanitised JSON, where somebody has parsed it already. */
  json?: Readonly<Record<string, unknown>>;
  error: EventError | null;
}

interface EventRow {
  id: string;
  tenant_id: string;
  device_id: string;
  source: string;
  event: string;
  time: Date;
  f_cnt: string | null;
  f_port: number | null;
  body: Buffer;
  error: EventError | null;
}

const wanted = new RowsParameter<'tenant_id' | 'id'>(
  'g',
  [
    ['tenant_id', 'uuid'],
    ['id', 'uuid'],
  ],
  1,
);

const readSql = `
  SELECT e.id, e.tenant_id, e.device_id, e.source, e.event, e."time", e.f_cnt::text, e.f_port, e.body, e.error
  FROM ${wanted.sql} JOIN device_events e ON e.tenant_id = g.tenant_id AND e.id = g.id`;

/** Reads single events by id; what is asked for in one moment is one query, and what was just stored here is not read. */
@Injectable()
export class EventReaderService {
  private readonly handed = new Map<string, StoredEvent>();
  private readonly batcher = new Batcher<{ tenant_id: string; id: string }, StoredEvent | null>({
    flush: (keys) => this.readAll(keys),
    maxItems: 200,
    maxInFlight: 2,
  });

  constructor(private readonly pool: HotPool) {}

  /** This process stored the event and goes on with its job at once: the next `find` answers from memory. */
  hand(event: StoredEvent): void {
    this.handed.set(event.id, event);
  }

  /** Null: no such event in the tenant, or its day is past retention. */
  find(tenantId: string, id: string): Promise<StoredEvent | null> {
    const handed = this.handed.get(id);
    if (handed === undefined) return this.batcher.add({ tenant_id: tenantId, id });
    this.handed.delete(id);
    return Promise.resolve(handed);
  }

  private async readAll(keys: { tenant_id: string; id: string }[]): Promise<(StoredEvent | null)[]> {
    const rows = await this.pool.named<EventRow>('events-read', readSql, wanted.values(keys));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return keys.map(({ tenant_id, id }) => {
      const row = byId.get(id);
      return row?.tenant_id === tenant_id ? storedEvent(row) : null;
    });
  }
}

function storedEvent(row: EventRow): StoredEvent {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    deviceId: row.device_id,
    source: row.source,
    event: row.event,
    time: row.time,
    fCnt: row.f_cnt === null ? null : Number(row.f_cnt),
    fPort: row.f_port,
    body: unpack(row.body),
    error: row.error,
  };
}
