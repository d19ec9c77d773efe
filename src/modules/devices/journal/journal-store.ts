import { Injectable } from '@nestjs/common';
import { DatabaseSilent, isDatabaseAway } from '../../../core/database/database-away.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { EventBus } from '../../../core/events/event-bus.js';
import { Listeners } from '../../../core/news/listeners.js';
import { Queue } from '../../../core/queue/queue.js';
import { DevicesTurned } from '../events/devices-turned.event.js';
import { EventsJournaled } from '../events/events-journaled.event.js';
import type { Receipt } from './device-event.contract.js';
import { JournalUnavailable } from './journal-unavailable.js';
import {
  journalRows,
  journalStatement,
  toldJournalStatement,
  type JournalResult,
  type JournalRow,
} from './journal.statement.js';

/**
 * Runs the journal's statement: one group commit of new messages and of ones that come again. A row may be given any
 * number of times; what is stored under its id is written once.
 */
@Injectable()
export class JournalStore {
  constructor(
    private readonly pool: HotPool,
    private readonly queue: Queue,
    private readonly bus: EventBus,
    private readonly listeners: Listeners,
  ) {}

  /** Answers one receipt per row, in their order. When it throws, whether the rows were stored is unknown. */
  async store(rows: readonly JournalRow[], deadlineMs: number): Promise<Receipt[]> {
    const first = firstOfEachKey(rows);
    const results = await this.run([...first.values()], deadlineMs);
    this.tell(rows, results);
    const resultOf = new Map(results.map((result) => [result.id, result]));
    return rows.map((row) => {
      const given = first.get(row.key);
      const result = resultOf.get(given?.id ?? row.id);
      if (result === undefined) throw new JournalUnavailable('the database did not answer for this message');
      return receiptOf(row, result);
    });
  }

  /** A connection that broke may be the only one that did, so another is tried, in what is left of the time. */
  private async run(rows: readonly JournalRow[], deadlineMs: number): Promise<JournalResult[]> {
    const endsAt = performance.now() + deadlineMs;
    const { tenants } = this.listeners;
    const isHeard = tenants.length > 0 && rows.some((row) => tenants.includes(row.tenant_id));
    const { name, text } = isHeard ? toldJournalStatement : journalStatement;
    const values = [...journalRows.values(rows), ...(isHeard ? [tenants] : [])];
    try {
      return await this.pool.named<JournalResult>(name, text, values, deadlineMs);
    } catch (error) {
      const leftMs = endsAt - performance.now();
      if (error instanceof DatabaseSilent || !isDatabaseAway(error) || leftMs <= 0) throw error;
      return this.pool.named<JournalResult>(name, text, values, leftMs);
    }
  }

  private tell(rows: readonly JournalRow[], results: readonly JournalResult[]): void {
    const stored = results.filter((result) => result.device_id !== null && result.is_new);
    if (stored.length === 0) return;
    this.bus.publish(new EventsJournaled(stored.length, rows.length - stored.length));
    const turned = results[0]?.turned ?? 0;
    // What is leased goes on here without being looked for.
    if (turned > 0 || rows.some((row) => row.worker_id === null)) this.queue.hint('events');
    if (turned > 0) this.bus.publish(new DevicesTurned('online', turned));
  }
}

/** An upsert may not touch one row twice, so copies within a batch are recognised here. */
function firstOfEachKey(rows: readonly JournalRow[]): Map<string, JournalRow> {
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
    spooled: false,
  };
}
