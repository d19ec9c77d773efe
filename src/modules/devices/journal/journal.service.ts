import { Injectable } from '@nestjs/common';
import { Batcher } from '../../../core/batching/batcher.js';
import { isRetryable, isRowsFault } from '../../../core/database/sql-state.js';
import { DatabaseWatch } from './database-watch.js';
import type { DeviceEvent, Receipt } from './device-event.contract.js';
import { JournalHandover, type Handed } from './journal-handover.js';
import { journalRowOf } from './journal-row.js';
import { JournalStore } from './journal-store.js';
import { JournalUnavailable } from './journal-unavailable.js';
import type { JournalRow } from './journal.statement.js';
import { SpoolMetrics } from './spool/spool-metrics.js';
import { SpoolService } from './spool/spool.service.js';

/** Rows a flush; more would make the first wait for the last. */
const maxBatch = 256;
/** At 5,000 events a second this is one second of waiting; what comes on top of it goes to the spool. */
const maxWaiting = 5_000;
/**
 * From a message's arrival to its commit, the wait for a flush included. ChirpStack waits for five seconds and does not
 * come again: what is not stored by then is spooled, under the same id, whatever may have become of it.
 */
const storeWithinMs = 2_000;
/** With less left a flush would only be begun to be given up. */
const leastTimeMs = 100;

interface Arrival extends Handed {
  atMs: number;
}

/**
 * The one road by which every message is deduplicated, stored and queued, and the only writer of device events. A
 * receipt means that the message is on disk: in the database, with all that arrived together in one commit, or in the
 * spool while the database is away.
 */
@Injectable()
export class JournalService {
  private readonly batcher = new Batcher<Arrival, Receipt>({
    flush: (arrivals) => this.flush(arrivals),
    maxItems: maxBatch,
    maxInFlight: 2,
    gatherMs: 4,
    enough: 48,
    maxWaiting,
    overflow: () => new JournalUnavailable('more messages arrive than can be stored'),
  });

  constructor(
    private readonly store: JournalStore,
    private readonly handover: JournalHandover,
    private readonly watch: DatabaseWatch,
    private readonly spool: SpoolService,
    private readonly metrics: SpoolMetrics,
  ) {}

  /** Answers one receipt per event, in their order; throws if any of them could not be stored. */
  async append(events: readonly DeviceEvent[]): Promise<Receipt[]> {
    return Promise.all(events.map((event) => this.keep({ row: journalRowOf(event), event })));
  }

  private async keep({ row, event }: Handed): Promise<Receipt> {
    if (this.watch.isAway) return this.toSpool(row);
    try {
      return await this.batcher.add({ row, event, atMs: performance.now() });
    } catch (error) {
      // What PostgreSQL refuses for its values it would refuse again. Anything else is not the message's fault.
      if (isRowsFault(error)) throw error;
      return this.toSpool(row);
    }
  }

  private async toSpool(row: JournalRow): Promise<Receipt> {
    await this.spool.append(row);
    this.metrics.spooled();
    return { eventId: row.id, deviceId: null, duplicate: false, parked: false, spooled: true };
  }

  private async flush(arrivals: Arrival[]): Promise<Receipt[]> {
    const oldestMs = Math.min(...arrivals.map(({ atMs }) => atMs));
    const leftMs = oldestMs + storeWithinMs - performance.now();
    if (this.watch.isAway || leftMs < leastTimeMs) throw new JournalUnavailable('there is no time to wait for it');
    try {
      const rows = arrivals.map(({ row }) => row);
      return await this.handover.around(arrivals, () => this.store.store(rows, leftMs));
    } catch (error) {
      if (!isRowsFault(error) && !isRetryable(error)) this.watch.lost(error);
      throw error;
    }
  }
}
