import { Injectable, Logger } from '@nestjs/common';
import { Metrics, type Setting } from '../../../../core/metrics/metrics.js';
import { Queue } from '../../../../core/queue/queue.js';
import { Clock } from '../../../../core/time/clock.js';
import { AccountingService, type Accounting, type WaitingAccounts } from './accounting.service.js';

/** What is received takes a moment to be through its flows; older than this are the books that are shown. */
const windowMs = 10 * 60_000;
/** The gauges of one scrape are asked for one after the other. */
const sameScrapeMs = 1_000;

const accounted = ['made', 'delivered', 'failed', 'waiting'] as const;
const heldBy = ['in_flight', 'disabled', 'paused', 'blocked', 'scheduled'] as const;

interface Books {
  accounting: Accounting;
  waiting: WaitingAccounts;
}

/**
 * Shows the books of deliveries as metrics. They are the whole system's, so only the oldest living worker shows them: sums
 * over all processes are then right.
 */
@Injectable()
export class DeliveryMetrics {
  private readonly logger = new Logger(DeliveryMetrics.name);
  private taken: { atMs: number; books: Promise<Books | null> } | undefined;

  constructor(
    private readonly accounting: AccountingService,
    private readonly queue: Queue,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.gauge({
      name: 'deliveries_accounted',
      help: 'Deliveries of the last ten minutes by state; made = delivered + failed + waiting. Shown by one worker.',
      labels: { state: accounted },
      collect: (gauge) =>
        this.show(gauge, ({ accounting }) => {
          for (const state of accounted) gauge.set({ state }, accounting[state]);
        }),
    });
    metrics.gauge({
      name: 'deliveries_unaccounted',
      help: 'Deliveries of the last ten minutes in two states or in none. Always 0. Shown by one worker.',
      labels: {},
      collect: (gauge) =>
        this.show(gauge, ({ accounting }) => {
          gauge.set({}, accounting.faults);
        }),
    });
    metrics.gauge({
      name: 'deliveries_waiting',
      help: 'All deliveries that wait, by what holds them. Shown by one worker.',
      labels: { held_by: heldBy },
      collect: (gauge) =>
        this.show(gauge, ({ waiting }) => {
          for (const held_by of heldBy) gauge.set({ held_by }, waiting[held_by]);
        }),
    });
  }

  private async show(gauge: Pick<Setting<never>, 'reset'>, set: (books: Books) => void): Promise<void> {
    gauge.reset();
    const books = await this.take();
    if (books !== null) set(books);
  }

  private take(): Promise<Books | null> {
    const nowMs = this.clock.nowMs();
    if (this.taken === undefined || nowMs - this.taken.atMs > sameScrapeMs) {
      this.taken = { atMs: nowMs, books: this.read(nowMs) };
    }
    return this.taken.books;
  }

  /** A scrape must not fail because the database is away: it shows nothing of this then. */
  private async read(nowMs: number): Promise<Books | null> {
    const { workerId } = this.queue;
    try {
      if (workerId === undefined || !(await this.accounting.isKeptBy(workerId))) return null;
      const [accounting, waiting] = await Promise.all([
        this.accounting.take(nowMs - windowMs, nowMs + windowMs),
        this.accounting.waiting(),
      ]);
      return { accounting, waiting };
    } catch (error) {
      this.logger.warn({ err: error }, 'the books of deliveries could not be read');
      return null;
    }
  }
}
