import { Injectable, Logger } from '@nestjs/common';
import { JobsRepository, type HeldJob } from './jobs.repository.js';
import { WorkerLease } from './worker-lease.js';

/** Longer than any statement is waited for (HotPool): whoever asked before the first look knows the answer by then. */
const betweenLooksMs = 11_000;

/**
 * Gives back what is leased to this process and run by nobody, because the answer of a claim, of a completion or of a
 * release was lost on its way. As long as this process lives its lease would protect such jobs from everybody.
 *
 * What could not be given back is certain and is tried again until it can. What an unanswered statement may have leased
 * is looked for: a job that is ours, but was not running here at two looks so far apart that no answer can be missing.
 */
@Injectable()
export class Strays {
  private readonly logger = new Logger(Strays.name);
  private toRelease: { job: HeldJob; delayMs: number }[] = [];
  private firstLook: { tokens: Set<string>; atMs: number } | undefined;
  private isDoubtful = false;

  constructor(
    private readonly jobs: JobsRepository,
    private readonly lease: WorkerLease,
  ) {}

  /** It is this process's, and should be somebody else's `delayMs` after the database can hear it. */
  release(job: HeldJob, delayMs: number): void {
    this.toRelease.push({ job, delayMs });
  }

  /** A statement that leases jobs to this process was sent, and what became of it is unknown. */
  doubt(): void {
    this.isDoubtful = true;
  }

  /** Each second; costs nothing while nothing was lost. `runs` says whether a lease is being worked on here. */
  async attend(runs: (leaseToken: string) => boolean): Promise<void> {
    await this.releaseAll();
    const { firstLook } = this;
    if (firstLook !== undefined) {
      if (performance.now() < firstLook.atMs + betweenLooksMs) return;
      const strays = (await this.idleHere(runs)).filter(({ leaseToken }) => firstLook.tokens.has(leaseToken));
      if (strays.length > 0) {
        await this.jobs.release(strays, 0);
        this.logger.warn({ jobs: strays.length }, 'jobs that were leased by a lost answer are given back');
      }
      this.firstLook = undefined;
    } else if (this.isDoubtful) {
      const idle = await this.idleHere(runs);
      this.isDoubtful = false;
      if (idle.length === 0) return;
      this.firstLook = { tokens: new Set(idle.map(({ leaseToken }) => leaseToken)), atMs: performance.now() };
    }
  }

  private async releaseAll(): Promise<void> {
    for (let next = this.toRelease[0]; next !== undefined; next = this.toRelease[0]) {
      await this.jobs.release([next.job], next.delayMs);
      this.toRelease = this.toRelease.slice(1);
    }
  }

  private async idleHere(runs: (leaseToken: string) => boolean): Promise<HeldJob[]> {
    const { workerId } = this.lease;
    if (workerId === undefined) return [];
    return (await this.jobs.heldBy(workerId)).filter(({ leaseToken }) => !runs(leaseToken));
  }
}
