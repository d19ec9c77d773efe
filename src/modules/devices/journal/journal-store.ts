import { Injectable } from '@nestjs/common';
import { DatabaseSilent, isDatabaseAway } from '../../../core/database/database-away.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { EventBus } from '../../../core/events/event-bus.js';
import { Listeners } from '../../../core/news/listeners.js';
import { Queue } from '../../../core/queue/queue.js';
import { EventsJournaled } from '../events/events-journaled.event.js';
import type { Receipt } from './device-event.contract.js';
import { HeartbeatsService, type Heartbeat } from './heartbeats/heartbeats.service.js';
import { JournalUnavailable } from './journal-unavailable.js';
import {
  journalRows,
  journalStatement,
  parkStatement,
  toldJournalStatement,
  type JournalResult,
  type JournalRow,
} from './journal.statement.js';

/** Devices that are registered and deleted in turn, faster than messages are stored, are nobody's. */
const maxRounds = 3;

/**
 * Runs the journal's statements: one group commit of new messages and of ones that come again, and a second for what is
 * rare. A row may be given any number of times; what is stored under its id is written once.
 */
@Injectable()
export class JournalStore {
  constructor(
    private readonly pool: HotPool,
    private readonly queue: Queue,
    private readonly bus: EventBus,
    private readonly listeners: Listeners,
    private readonly heartbeats: HeartbeatsService,
  ) {}

  /** Answers one receipt per row, in their order. When it throws, whether the rows were stored is unknown. */
  async store(rows: readonly JournalRow[], deadlineMs: number): Promise<Receipt[]> {
    const endsAt = performance.now() + deadlineMs;
    const first = firstOfEachKey(rows);
    const results = await this.storeOrPark([...first.values()], endsAt);
    this.tell(rows, results);
    const resultOf = new Map(results.map((result) => [result.id, result]));
    await this.turn(rows, resultOf, endsAt);
    return rows.map((row) => {
      const given = first.get(row.key);
      const result = resultOf.get(given?.id ?? row.id);
      if (result === undefined) throw new JournalUnavailable('the database did not answer for this message');
      return receiptOf(row, result);
    });
  }

  /** Who is not answered for has no device, and is parked; who is not parked either got one meanwhile. */
  private async storeOrPark(rows: readonly JournalRow[], endsAt: number): Promise<JournalResult[]> {
    const results: JournalResult[] = [];
    let left = rows;
    for (let round = 0; left.length > 0 && round < maxRounds; round += 1) {
      results.push(...(await this.append(left, endsAt)));
      left = without(left, results);
      if (left.length === 0) break;
      const { name, text } = parkStatement;
      results.push(...(await this.run(name, text, journalRows.values(left), endsAt)));
      left = without(left, results);
    }
    return results;
  }

  private append(rows: readonly JournalRow[], endsAt: number): Promise<JournalResult[]> {
    const { tenants } = this.listeners;
    const isHeard = tenants.length > 0 && rows.some((row) => tenants.includes(row.tenant_id));
    const { name, text } = isHeard ? toldJournalStatement : journalStatement;
    return this.run(name, text, [...journalRows.values(rows), ...(isHeard ? [tenants] : [])], endsAt);
  }

  /** A connection that broke may be the only one that did, so another is tried, in what is left of the time. */
  private async run(name: string, text: string, values: unknown[], endsAt: number): Promise<JournalResult[]> {
    const leftMs = () => endsAt - performance.now();
    try {
      return await this.pool.named<JournalResult>(name, text, values, Math.max(1, leftMs()));
    } catch (error) {
      if (error instanceof DatabaseSilent || !isDatabaseAway(error) || leftMs() <= 0) throw error;
      return this.pool.named<JournalResult>(name, text, values, leftMs());
    }
  }

  /** Devices that were not online are now, by the first of their messages here. */
  private async turn(
    rows: readonly JournalRow[],
    resultOf: ReadonlyMap<string, JournalResult>,
    endsAt: number,
  ): Promise<void> {
    const heard = rows.flatMap(({ id, tenant_id, received_at }): Heartbeat[] => {
      const { device_id: deviceId = null, turns = false } = resultOf.get(id) ?? {};
      return turns && deviceId !== null ? [{ id, tenantId: tenant_id, deviceId, atMs: received_at.getTime() }] : [];
    });
    await this.heartbeats.note(heard, Math.max(1, endsAt - performance.now()));
  }

  private tell(rows: readonly JournalRow[], results: readonly JournalResult[]): void {
    const stored = results.filter((result) => result.device_id !== null && result.is_new);
    if (stored.length === 0) return;
    this.bus.publish(new EventsJournaled(stored.length, rows.length - stored.length));
    // What is leased goes on here without being looked for.
    if (rows.some((row) => row.worker_id === null)) this.queue.hint('events');
  }
}

function without(rows: readonly JournalRow[], results: readonly JournalResult[]): JournalRow[] {
  const answered = new Set(results.map(({ id }) => id));
  return rows.filter(({ id }) => !answered.has(id));
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
