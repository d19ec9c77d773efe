import type { Claims } from './claims.js';
import type { ClaimedJob } from './job.js';
import type { JobRunner } from './job-runner.js';
import type { LaneKind } from './lanes.js';
import type { Strays } from './strays.js';
import type { WorkerLease } from './worker-lease.js';

/**
 * Slots of this process that are kept for jobs on their way into the table. Each place is either run or given back:
 * `end` gives back what is left, whatever became of the statement.
 */
export class HeldPlaces {
  private left: number;

  constructor(
    readonly workerId: string,
    private readonly lanes: LaneKind,
    readonly count: number,
    private readonly house: { runner: JobRunner; claims: Claims; lease: WorkerLease; strays: Strays },
  ) {
    this.left = count;
  }

  /** The job is committed under this process's lease. */
  run(job: ClaimedJob): void {
    const { runner, claims, lease, strays } = this.house;
    this.left -= 1;
    runner.giveBack(this.lanes, 1);
    // A process that slept over the answer may have lost it to somebody else by now.
    if (lease.isGood) claims.run(this.lanes, job);
    else strays.release(job, 0);
  }

  end(): void {
    this.house.runner.giveBack(this.lanes, this.left);
    this.left = 0;
  }
}
