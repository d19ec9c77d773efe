import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../core/events/event-bus.js';
import { Metrics, type Counting, type Setting } from '../../../core/metrics/metrics.js';
import { Clock } from '../../../core/time/clock.js';
import { deviceStatuses } from '../device-state.entity.js';
import { DevicesTurned } from '../events/devices-turned.event.js';
import { StatusCountsRepository, type StatusCounts } from './status-counts.repository.js';

const turnLabels = { to: deviceStatuses } as const;
const countLabels = { status: deviceStatuses } as const;
/** Counting reads a row a device: a fleet of 100,000 is not counted with every scrape of every process. */
const countedForMs = 60_000;

/** What Prometheus hears of devices: how many are in which status, and how many have turned. */
@Injectable()
export class StatusMetrics implements OnModuleInit {
  private readonly logger = new Logger(StatusMetrics.name);
  private readonly turnsTotal: Counting<typeof turnLabels>;
  private counted: { atMs: number; counts: Promise<StatusCounts | null> } | undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly repository: StatusCountsRepository,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.turnsTotal = metrics.counter({
      name: 'device_turns_total',
      help: 'Turns of devices by the status they turned to. Each is a status_change event.',
      labels: turnLabels,
    });
    metrics.gauge({
      name: 'devices',
      help: 'Devices by status, counted at most once a minute. Every process shows the same: take the maximum.',
      labels: countLabels,
      collect: (gauge) => this.show(gauge),
    });
  }

  onModuleInit(): void {
    this.bus.on(DevicesTurned, StatusMetrics.name, ({ to, count }) => {
      this.turnsTotal.inc({ to }, count);
    });
  }

  private async show(gauge: Setting<typeof countLabels>): Promise<void> {
    gauge.reset();
    const counts = await this.count();
    if (counts === null) return;
    for (const status of deviceStatuses) gauge.set({ status }, counts[status] ?? 0);
  }

  private count(): Promise<StatusCounts | null> {
    const atMs = this.clock.nowMs();
    if (this.counted === undefined || atMs - this.counted.atMs > countedForMs) {
      this.counted = { atMs, counts: this.read() };
    }
    return this.counted.counts;
  }

  /** A scrape must not fail because the database is away: it shows nothing of this then. */
  private async read(): Promise<StatusCounts | null> {
    try {
      return await this.repository.count();
    } catch (error) {
      this.logger.warn({ err: error }, 'devices could not be counted');
      return null;
    }
  }
}
