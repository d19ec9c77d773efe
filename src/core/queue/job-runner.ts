import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { isDatabaseAway } from '../database/database-away.js';
import { withoutOrigin } from '../origin/origin.js';
import type { ClaimedJob, JobHandler } from './job.js';
import { JobsRepository } from './jobs.repository.js';
import { LaneTraffic } from './lane-traffic.js';
import type { LaneKind } from './lanes.js';
import { SlotPool } from './slot-pool.js';
import { Strays } from './strays.js';

const retryDelayMs = 1_000;
const deliverySlots = 128;
/** A delivery that has run so long waits for its destination: nothing of it happens here. */
const quietAfterMs = 10;

/** Runs what this process holds, each job in a slot of its own, and gives back what could not be done. */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger(JobRunner.name);
  private readonly handlers = new Map<string, JobHandler>();
  private readonly pools: Record<LaneKind, SlotPool>;
  private holding = new AbortController();

  constructor(
    private readonly jobs: JobsRepository,
    private readonly traffic: LaneTraffic,
    private readonly strays: Strays,
    settings: Settings,
  ) {
    this.pools = { events: new SlotPool(settings.workerSlots), deliveries: new SlotPool(deliverySlots) };
  }

  register(handler: JobHandler): void {
    if (this.handlers.has(handler.kind)) throw new Error(`two handlers for jobs of kind ${handler.kind}`);
    this.handlers.set(handler.kind, handler);
  }

  slots(lanes: LaneKind): { free: number; size: number } {
    const { free, size } = this.pools[lanes];
    return { free, size };
  }

  /** Slots for jobs that are being inserted under this process's lease; at most so many as are free. */
  promise(lanes: LaneKind, wanted: number): number {
    return this.pools[lanes].promise(wanted);
  }

  giveBack(lanes: LaneKind, count: number): void {
    this.pools[lanes].giveBack(count);
  }

  /** Whether the job of this lease runs here now. */
  runs(leaseToken: string): boolean {
    return this.pools.events.runs(leaseToken) || this.pools.deliveries.runs(leaseToken);
  }

  get isIdle(): boolean {
    return this.pools.events.running + this.pools.deliveries.running === 0;
  }

  /** Whether there is anything here that could end this process: waiting for an answer hardly does. */
  get isBusy(): boolean {
    return this.pools.events.running > 0 || this.pools.deliveries.startedWithin(quietAfterMs) > 0;
  }

  /** Ends with the job, one way or another; never throws. */
  start(lanes: LaneKind, job: ClaimedJob): Promise<void> {
    if (lanes === 'deliveries') this.traffic.startJob(job.laneId);
    const { signal } = this.holding;
    const end = withoutOrigin(() => this.work(job, signal)).finally(() => {
      if (lanes === 'deliveries') this.traffic.endJob(job.laneId);
    });
    return this.pools[lanes].run(job, end);
  }

  /** Nothing of what is held now may go on here: it is somebody else's. */
  abortHeld(): void {
    this.holding.abort();
    this.holding = new AbortController();
  }

  /** Nothing may go on here, now or later. */
  abortAll(): void {
    this.holding.abort();
  }

  /** Nothing runs any more, nor what the last ones started. */
  async drained(): Promise<void> {
    while (!this.isIdle) await Promise.all(Object.values(this.pools).map((pool) => pool.drained()));
  }

  private async work(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    try {
      const handler = this.handlers.get(job.kind);
      if (handler === undefined) throw new Error(`no handler for jobs of kind ${job.kind}`);
      await handler.run(job, signal);
    } catch (error) {
      if (!signal.aborted) this.logger.warn({ err: error, job: job.id, kind: job.kind }, 'the job is given back');
      // A completion may have leased its deliveries to this process although nobody heard of it.
      if (isDatabaseAway(error)) this.strays.doubt();
      const delayMs = signal.aborted ? 0 : retryDelayMs;
      await this.jobs.release([job], delayMs).catch((failure: unknown) => {
        this.logger.warn({ err: failure, job: job.id }, 'the job cannot be given back now; it is tried again');
        this.strays.release(job, delayMs);
      });
    }
  }
}
