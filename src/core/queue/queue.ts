import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { isDatabaseAway } from '../database/database-away.js';
import type { Tx } from '../database/tx.js';
import { endsWithin } from '../time/ends-within.js';
import { Claims } from './claims.js';
import { HeldPlaces } from './held-places.js';
import type { ClaimedJob, JobHandler, NewJob } from './job.js';
import { JobRunner } from './job-runner.js';
import { JobsRepository } from './jobs.repository.js';
import type { LaneKind } from './lanes.js';
import { Reaper, type SuspectsWaiting } from './reaper.js';
import { Strays } from './strays.js';
import { Suspects } from './suspects.js';
import { WorkerLease } from './worker-lease.js';

const beatMs = 1_000;
const awakeMs = 500;
/** Nothing but a process that was suspended, or a machine that was, is so late. */
const asleepMs = 5_000;
const reapMs = 1_000;
const adoptMs = 10_000;
const strayMs = 1_000;
/** Polling is the truth; hints only make it sooner. */
const pollMs = 200;
/** Between two turns of suspects on a busy process, or as long as the turn took. */
const leastBetweenTurnsMs = 500;
/** What runs may end by itself for so long, then it is aborted and given back: ten seconds in all. */
const drainMs = 8_000;
const abortMs = 700;
const goodbyeMs = 700;

/**
 * The lease queue: claims due jobs over all open lanes, runs each in a slot of its own, and gives back what could not
 * be done. Results are committed by the handlers together with the job's end (fence.ts); a job that nobody finishes
 * comes back when its worker's lease ends, at most eleven seconds later, and is then run with nothing beside it.
 */
@Injectable()
export class Queue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Queue.name);
  private readonly timers: NodeJS.Timeout[] = [];
  private stopped = false;
  private suspectsWaiting: SuspectsWaiting = 'none';
  private nextTurnAtMs = 0;
  private awakeAtMs = performance.now();

  constructor(
    private readonly jobs: JobsRepository,
    private readonly runner: JobRunner,
    private readonly claims: Claims,
    private readonly suspects: Suspects,
    private readonly reaper: Reaper,
    private readonly strays: Strays,
    private readonly lease: WorkerLease,
    private readonly settings: Settings,
  ) {}

  /** Handlers register in onModuleInit; each kind has exactly one. */
  register(handler: JobHandler): void {
    this.runner.register(handler);
  }

  /** Queues work in the caller's transaction. */
  async enqueue(tx: Tx, jobs: readonly NewJob[]): Promise<void> {
    await this.jobs.enqueue(tx, jobs);
  }

  /** Something is due in this kind of lanes: look now rather than at the next poll. Call it after the commit. */
  hint(lanes: LaneKind): void {
    if (this.lease.workerId !== undefined) void this.claims.look(lanes);
  }

  /** A lease for work that this process goes on with at once, or undefined where no worker runs here. */
  get workerId(): string | undefined {
    return this.lease.workerId;
  }

  /** A suspect runs here, or is about to: nothing that can wait should begin beside it. */
  get keepsQuiet(): boolean {
    return this.claims.arePaused;
  }

  /** A statement that leases jobs to this process had no answer: they are looked for, lest nobody runs them. */
  doubt(): void {
    this.strays.doubt();
  }

  /**
   * Room for up to `wanted` jobs that are inserted already leased to this process and go on here at once: no claim, and
   * what they are about need not be read again. Undefined where none can: no worker runs here, it is full, it makes room
   * for a suspect, or jobs wait that came before.
   */
  holdPlaces(lanes: LaneKind, wanted: number): HeldPlaces | undefined {
    const { workerId, isGood } = this.lease;
    if (workerId === undefined || !isGood || this.claims.arePaused || this.claims.areBehind(lanes)) return undefined;
    const count = this.runner.promise(lanes, wanted);
    if (count < wanted) this.claims.fallBehind(lanes);
    const { runner, claims, lease, strays } = this;
    return count === 0 ? undefined : new HeldPlaces(workerId, lanes, count, { runner, claims, lease, strays });
  }

  /** Goes on with a job that was inserted or kept under this process's own lease. */
  runHeld(lanes: LaneKind, job: ClaimedJob): void {
    this.claims.run(lanes, job);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api') return;
    if (this.settings.embedded) await this.reaper.reapAllOthers();
    await this.beat();
    // Whoever has just started has nothing running: the best there is for suspects.
    await this.reap();
    this.every(beatMs, () => this.beat());
    this.every(awakeMs, () => this.noticeSleep());
    this.every(reapMs, () => this.reap());
    this.every(adoptMs, () => this.jobs.adoptOrphans());
    this.every(strayMs, () => this.strays.attend((leaseToken) => this.runner.runs(leaseToken)));
    this.every(pollMs, () => this.poll());
  }

  /** Ends what runs, or gives it back; other processes have it at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    const left = this.lease.leave().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the database does not hear that this worker ends');
    });
    const drained = this.claims.pause().then(() => this.runner.drained());
    if (!(await endsWithin(Promise.all([left, drained]), drainMs))) {
      this.runner.abortAll();
      await endsWithin(this.runner.drained(), abortMs);
    }
    this.timers.forEach(clearInterval);
    const ended = this.lease.end().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the lease could not be ended; it runs out by itself');
    });
    await endsWithin(ended, goodbyeMs);
  }

  private every(ms: number, work: () => Promise<void>): void {
    let running = false;
    const timer = setInterval(() => {
      if (running) return;
      running = true;
      work()
        .catch((error: unknown) => {
          this.logger.warn({ err: error }, 'the queue could not reach the database');
          if (isDatabaseAway(error)) this.strays.doubt();
        })
        .finally(() => {
          running = false;
        });
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }

  private async beat(): Promise<void> {
    const { size } = this.runner.slots('events');
    const isLost = await this.lease.keep(this.settings.role, size);
    if (isLost) this.runner.abortHeld();
  }

  /** Timers come before answers: who slept through its lease stops before it sends or saves anything more. */
  private noticeSleep(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.awakeAtMs > asleepMs && !this.lease.isGood) this.runner.abortHeld();
    this.awakeAtMs = nowMs;
    return Promise.resolve();
  }

  private async reap(): Promise<void> {
    if (!this.stopped) this.suspectsWaiting = await this.reaper.reap();
  }

  private async poll(): Promise<void> {
    if (this.stopped) return;
    const isTurn = this.suspectsWaiting === 'urgent' && performance.now() >= this.nextTurnAtMs;
    if (isTurn || (this.suspectsWaiting !== 'none' && this.runner.isIdle)) await this.attendToSuspects();
    await Promise.all([this.claims.look('events'), this.claims.look('deliveries')]);
  }

  private async attendToSuspects(): Promise<void> {
    const beganAtMs = performance.now();
    await this.claims.pause();
    try {
      const areAllDone = await this.suspects.attend(() => !this.stopped);
      if (areAllDone) this.suspectsWaiting = 'none';
    } finally {
      if (!this.stopped) this.claims.resume();
      const endedAtMs = performance.now();
      this.nextTurnAtMs = endedAtMs + Math.max(leastBetweenTurnsMs, endedAtMs - beganAtMs);
    }
  }
}
