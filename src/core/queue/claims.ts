import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway } from '../database/database-away.js';
import type { ClaimedJob } from './job.js';
import { JobRunner } from './job-runner.js';
import { JobsRepository, type Claimed } from './jobs.repository.js';
import { LaneTraffic, type LaneBusyness } from './lane-traffic.js';
import type { LaneKind } from './lanes.js';
import { Strays } from './strays.js';
import { WorkerLease } from './worker-lease.js';

/** A destination that hangs leaves room for the others; its owner may allow more. */
const deliveriesPerLane = 16;

/** Takes due jobs out of the open lanes wherever a slot is free, with one statement under way per kind of lanes. */
@Injectable()
export class Claims {
  private readonly logger = new Logger(Claims.name);
  private readonly underWay = new Map<LaneKind, Promise<void>>();
  private readonly again = new Set<LaneKind>();
  private readonly behind = new Set<LaneKind>();
  private paused = false;

  constructor(
    private readonly jobs: JobsRepository,
    private readonly runner: JobRunner,
    private readonly lease: WorkerLease,
    private readonly traffic: LaneTraffic,
    private readonly strays: Strays,
  ) {}

  get arePaused(): boolean {
    return this.paused;
  }

  /** Jobs wait that nobody holds: whoever comes now must not pass them by. */
  areBehind(lanes: LaneKind): boolean {
    return this.behind.has(lanes);
  }

  fallBehind(lanes: LaneKind): void {
    this.behind.add(lanes);
  }

  /** Never throws: what cannot be claimed now is claimed later. */
  look(lanes: LaneKind): Promise<void> {
    const current = this.underWay.get(lanes);
    if (current !== undefined) {
      this.again.add(lanes);
      return current;
    }
    if (this.paused) return Promise.resolve();
    const claim = this.claimAll(lanes).finally(() => this.underWay.delete(lanes));
    this.underWay.set(lanes, claim);
    return claim;
  }

  /** Nothing more is claimed until `resume`; answers when nothing is on its way any more. */
  async pause(): Promise<void> {
    this.paused = true;
    await Promise.all(this.underWay.values());
  }

  resume(): void {
    this.paused = false;
  }

  /** Goes on with a job that was inserted or kept under this process's lease. */
  run(lanes: LaneKind, job: ClaimedJob): void {
    void this.runner.start(lanes, job).then(() => {
      // A lane of deliveries may have had room for less than there were slots. Of events everything due was taken, unless
      // this process is behind: those that come are held, and none need be looked for.
      if (lanes === 'deliveries' || this.areBehind(lanes)) this.lookIfFree(lanes);
    });
  }

  /** Where one had to be claimed, others come the same way. */
  private runClaimed(lanes: LaneKind, job: ClaimedJob): void {
    void this.runner.start(lanes, job).then(() => {
      this.lookIfFree(lanes);
    });
  }

  /** A slot is free: whoever waits for one is claimed now, not at the next poll. */
  private lookIfFree(lanes: LaneKind): void {
    const { free, size } = this.runner.slots(lanes);
    if (free >= size / 2) void this.look(lanes);
  }

  private async claimAll(lanes: LaneKind): Promise<void> {
    try {
      do {
        this.again.delete(lanes);
        await this.claimOnce(lanes);
      } while (this.again.has(lanes) && !this.paused);
    } catch (error) {
      this.logger.warn({ err: error }, 'no jobs could be claimed');
      if (isDatabaseAway(error)) this.strays.doubt();
    }
  }

  private async claimOnce(lanes: LaneKind): Promise<void> {
    if (lanes === 'events') await this.claimAmong(lanes, []);
    else await this.traffic.whileClaiming((busy) => this.claimAmong(lanes, busy));
  }

  private async claimAmong(lanes: LaneKind, busy: LaneBusyness[]): Promise<void> {
    const { free, size } = this.runner.slots(lanes);
    const { workerId, livingWorkers } = this.lease;
    if (workerId === undefined) return;
    if (free <= 0) {
      // Whether anything waits is not known.
      this.fallBehind(lanes);
      return;
    }
    const perLane = lanes === 'deliveries' ? deliveriesPerLane : size;
    const claimed = await this.jobs.claim({ workerId, lanes, wanted: free, perLane, livingWorkers, busy });
    if (claimed.length < free) this.behind.delete(lanes);
    else this.behind.add(lanes);
    if (claimed.length > 0) await this.take(lanes, claimed);
  }

  private async take(lanes: LaneKind, claimed: Claimed[]): Promise<void> {
    if (!this.lease.isGood) {
      // This process slept over the answer; somebody else may have these by now.
      const jobs = claimed.map(({ job }) => job);
      return this.jobs.release(jobs, 0);
    }
    for (const { job, ratePerSecond } of claimed) {
      if (lanes === 'deliveries') this.traffic.spend(job.laneId, ratePerSecond);
      this.runClaimed(lanes, job);
    }
    this.again.add(lanes);
  }
}
