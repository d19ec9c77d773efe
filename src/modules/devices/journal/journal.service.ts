import { Injectable } from '@nestjs/common';
import { Batcher } from '../../../core/batching/batcher.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { EventBus } from '../../../core/events/event-bus.js';
import { hashKey, newId } from '../../../core/ids/uuid-v7.js';
import { pack } from '../../../core/packing/packed.js';
import { Queue } from '../../../core/queue/queue.js';
import { EventsJournaled } from '../events/events-journaled.event.js';
import type { DeviceEvent, Receipt } from './device-event.contract.js';
import { JournalUnavailable } from './journal-unavailable.js';
import { journalRows, journalSql, type JournalResult, type JournalRow } from './journal.statement.js';

/** Rows a flush; more would make the first wait for the last. */
const maxBatch = 256;
/** At 5,000 events a second this is one second of waiting: beyond it a 503 is better than a late answer. */
const maxWaiting = 5_000;

/**
 * The one road by which every message is deduplicated, stored and queued, and the only writer of device events. A
 * receipt means that the message is on disk; messages that arrive together share one commit.
 */
@Injectable()
export class JournalService {
  private readonly batcher = new Batcher<DeviceEvent, Receipt>({
    flush: (events) => this.flush(events),
    maxItems: maxBatch,
    maxInFlight: 2,
    maxWaiting,
    overflow: () => new JournalUnavailable('more messages arrive than can be stored'),
  });

  constructor(
    private readonly pool: HotPool,
    private readonly queue: Queue,
    private readonly bus: EventBus,
  ) {}

  /** Answers one receipt per event, in their order; throws if any of them could not be stored. */
  async append(events: readonly DeviceEvent[]): Promise<Receipt[]> {
    return Promise.all(events.map((event) => this.batcher.add(event)));
  }

  private async flush(events: DeviceEvent[]): Promise<Receipt[]> {
    const rows = events.map(toRow);
    const first = firstOfEachKey(rows);
    const results = await this.pool.named<JournalResult>('journal-append', journalSql, journalRows.values([...first.values()]));
    this.tell(events, results);
    const resultOf = new Map(results.map((result) => [result.id, result]));
    return rows.map((row) => {
      const given = first.get(row.key);
      const result = resultOf.get(given?.id ?? row.id);
      if (result === undefined) throw new JournalUnavailable('the database did not answer for this message');
      return receiptOf(row, result);
    });
  }

  private tell(events: DeviceEvent[], results: JournalResult[]): void {
    const stored = results.filter((result) => result.device_id !== null && result.id === result.event_id);
    if (stored.length === 0) return;
    this.queue.hint('events');
    this.bus.publish(new EventsJournaled(stored.length, events.length - stored.length));
  }
}

function toRow(event: DeviceEvent): JournalRow {
  const id = newId(event.receivedAtMs);
  return {
    id,
    key: keyOf(event, id),
    tenant_id: event.tenantId,
    dev_eui: event.devEui,
    time: new Date(event.timeMs),
    received_at: new Date(event.receivedAtMs),
    f_cnt: event.fCnt,
    f_port: event.fPort,
    source: event.source,
    event: event.event,
    body: pack(event.body),
    error: event.error === null ? null : JSON.stringify(event.error),
    worker_id: null,
    lease_token: null,
  };
}

/** A message without an id of its own is never a duplicate: its key is its event's id. */
function keyOf(event: DeviceEvent, id: string): string {
  return event.deduplicationId === null
    ? id
    : hashKey(event.tenantId, event.source, event.devEui, event.event, event.deduplicationId);
}

/** An upsert may not touch one row twice, so copies within a batch are recognised here. */
function firstOfEachKey(rows: JournalRow[]): Map<string, JournalRow> {
  const first = new Map<string, JournalRow>();
  for (const row of rows) if (!first.has(row.key)) first.set(row.key, row);
  return first;
}

function receiptOf(row: JournalRow, result: JournalResult): Receipt {
  return {
    eventId: result.event_id,
    deviceId: result.device_id,
    duplicate: result.event_id !== row.id,
    parked: result.device_id === null,
  };
}
