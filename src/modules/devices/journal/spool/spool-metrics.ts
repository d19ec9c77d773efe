import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics, type Counting } from '../../../../core/metrics/metrics.js';
import { Clock } from '../../../../core/time/clock.js';
import { SpoolService } from './spool.service.js';

const noLabels = {} as const;
const outcomeLabels = { outcome: ['stored', 'quarantined'] } as const;

/** What Prometheus hears of the spool. */
@Injectable()
export class SpoolMetrics implements OnModuleInit {
  private readonly spooledTotal: Counting<typeof noLabels>;
  private readonly drainedTotal: Counting<typeof outcomeLabels>;

  constructor(
    private readonly metrics: Metrics,
    private readonly spool: SpoolService,
    private readonly clock: Clock,
  ) {
    this.spooledTotal = metrics.counter({
      name: 'spooled_total',
      help: 'Messages put into the spool.',
      labels: noLabels,
    });
    this.drainedTotal = metrics.counter({
      name: 'spool_drained_total',
      help: 'Messages that have left the spool: into the database, or set aside because it refuses them.',
      labels: outcomeLabels,
    });
  }

  onModuleInit(): void {
    this.gauge('spool_records', 'Messages that wait in the spool.', () => this.spool.depth.records);
    this.gauge('spool_bytes', 'What the spool takes on the disk.', () => this.spool.depth.bytes);
    this.gauge('spool_oldest_age_seconds', 'For how long the oldest message in the spool has waited.', () => {
      const { oldestAtMs } = this.spool.depth;
      return oldestAtMs === null ? 0 : (this.clock.nowMs() - oldestAtMs) / 1_000;
    });
  }

  spooled(): void {
    this.spooledTotal.inc({});
  }

  drained(stored: number, quarantined: number): void {
    this.drainedTotal.inc({ outcome: 'stored' }, stored);
    this.drainedTotal.inc({ outcome: 'quarantined' }, quarantined);
  }

  private gauge(name: string, help: string, read: () => number): void {
    this.metrics.gauge({
      name,
      help,
      labels: noLabels,
      collect: (gauge) => {
        gauge.set({}, read());
      },
    });
  }
}
