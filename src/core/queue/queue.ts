import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { Tx } from '../database/tx.js';
import { JobsRepository } from './jobs.repository.js';
import type { ClaimedJob, JobHandler, NewJob } from './job.js';
import { LaneTraffic, type LaneBusyness } from './lane-traffic.js';
import type { LaneKind } from './lanes.js';
import { SlotPool } from './slot-pool.js';
import { WorkerLease } from './worker-lease.js';

const heartbeatMs = 3_000;
const reapMs = 1_000;
const adoptEveryReaps = 10;
/** Polling is the truth; hints only make it sooner. */
const pollMs = 200;
const retryDelayMs = 1_000;
const drainMs = 8_000;
const deliverySlots = 128;
/** A destination that hangs leaves room for the others; its owner may allow more. */
const deliveriesPerLane = 16;

/**
 * The lease queue: claims due jobs over all open lanes, runs each in a slot of its own, and gives back what could not
 * be done. Results are committed by the handlers together with the job's end (fence.ts); a job that nobody finishes
 * comes back when its worker's lease ends, at most eleven seconds later.
 */
@Injectable()
export class Queue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Queue.name);
  private readonly handlers = new Map<string, JobHandler>();
  private readonly pools: Record<LaneKind, SlotPool>;
  private readonly claiming = new Set<LaneKind>();
  private readonly again = new Set<LaneKind>();
  private readonly stopping = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private stopped = false;
  private reaps = 0;

  constructor(
    private readonly jobs: JobsRepository,
    private readonly lease: WorkerLease,
    private readonly traffic: LaneTraffic,
    private readonly settings: Settings,
  ) {
    this.pools = { events: new SlotPool(settings.workerSlots), deliveries: new SlotPool(deliverySlots) };
  }

  /** Handlers register in onModuleInit; each kind has exactly one. */
  register(handler: JobHandler): void {
    if (this.handlers.has(handler.kind)) throw new Error(`two handlers for jobs of kind ${handler.kind}`);
    this.handlers.set(handler.kind, handler);
  }

  /** Queues work in the caller's transaction. */
  async enqueue(tx: Tx, jobs: readonly NewJob[]): Promise<void> {
    await this.jobs.enqueue(tx, jobs);
  }

  /** Something is due in this kind of lanes: look now rather than at the next poll. Call it after the commit. */
  hint(lanes: LaneKind): void {
    if (!this.stopped && this.lease.workerId !== undefined) void this.claim(lanes);
  }

  /** A lease for work that this process goes on with at once, or undefined where no worker runs here. */
  get workerId(): string | undefined {
    return this.stopped ? undefined : this.lease.workerId;
  }

  /** Goes on with a job that was inserted or kept under this process's own lease. */
  runHeld(lanes: LaneKind, job: ClaimedJob): void {
    this.start(lanes, job);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api') return;
    await this.lease.beat(this.settings.role, this.pools.events.size);
    this.every(heartbeatMs, () => this.lease.beat(this.settings.role, this.pools.events.size));
    this.every(reapMs, () => this.reap());
    this.every(pollMs, async () => {
      await Promise.all([this.claim('events'), this.claim('deliveries')]);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.timers.forEach(clearInterval);
    const pools = Object.values(this.pools);
    const drained = Promise.all(pools.map((pool) => pool.drained()));
    const timer = setTimeout(() => {
      this.stopping.abort();
    }, drainMs);
    await drained;
    clearTimeout(timer);
    await this.lease.end().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the lease could not be ended; it runs out by itself');
    });
  }

  private every(ms: number, work: () => Promise<void>): void {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      work()
        .catch((error: unknown) => {
          this.logger.warn({ err: error }, 'the queue could not reach the database');
        })
        .finally(() => {
          running = false;
        });
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }

  private async reap(): Promise<void> {
    await this.jobs.reap();
    this.reaps += 1;
    if (this.reaps % adoptEveryReaps === 0) await this.jobs.adoptOrphans();
  }

  private async claim(lanes: LaneKind): Promise<void> {
    if (this.claiming.has(lanes)) {
      this.again.add(lanes);
      return;
    }
    this.claiming.add(lanes);
    try {
      do {
        this.again.delete(lanes);
        await this.claimOnce(lanes);
      } while (this.again.has(lanes) && !this.stopped);
    } catch (error) {
      this.logger.warn({ err: error }, 'no jobs could be claimed');
    } finally {
      this.claiming.delete(lanes);
    }
  }

  private async claimOnce(lanes: LaneKind): Promise<void> {
    const pool = this.pools[lanes];
    const workerId = this.workerId;
    if (workerId === undefined || pool.free <= 0) return;
    const isLimited = lanes === 'deliveries';
    const claim = async (busy: LaneBusyness[]): Promise<void> => {
      const claimed = await this.jobs.claim({
        ...{ workerId, lanes, busy },
        wanted: pool.free,
        perLane: isLimited ? deliveriesPerLane : pool.size,
        livingWorkers: this.lease.livingWorkers,
      });
      for (const { job, ratePerSecond } of claimed) {
        if (isLimited) this.traffic.spend(job.laneId, ratePerSecond);
        this.start(lanes, job);
      }
      if (claimed.length > 0) this.again.add(lanes);
    };
    await (isLimited ? this.traffic.whileClaiming(claim) : claim([]));
  }

  private start(lanes: LaneKind, job: ClaimedJob): void {
    if (lanes === 'deliveries') this.traffic.startJob(job.laneId);
    this.pools[lanes].run(job, this.work(lanes, job));
  }

  private async work(lanes: LaneKind, job: ClaimedJob): Promise<void> {
    try {
      const handler = this.handlers.get(job.kind);
      if (handler === undefined) throw new Error(`no handler for jobs of kind ${job.kind}`);
      await handler.run(job, this.stopping.signal);
    } catch (error) {
      const aborted = this.stopping.signal.aborted;
      if (!aborted) this.logger.warn({ err: error, job: job.id, kind: job.kind }, 'the job is given back');
      await this.jobs.release([job], aborted ? 0 : retryDelayMs).catch((failure: unknown) => {
        this.logger.warn({ err: failure, job: job.id }, 'the job could not be given back; its lease runs out');
      });
    } finally {
      if (lanes === 'deliveries') this.traffic.endJob(job.laneId);
      // A slot is free: whoever waits for one is claimed now, not at the next poll.
      if (this.pools[lanes].free >= this.pools[lanes].size / 2 || this.again.has(lanes)) this.hint(lanes);
    }
  }
}
