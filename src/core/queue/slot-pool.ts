import type { ClaimedJob } from './job.js';

/** The jobs of one kind of lanes that run here now, and how many more may. */
export class SlotPool {
  private readonly jobs = new Map<string, { end: Promise<void>; startedAtMs: number }>();
  private promised = 0;

  constructor(readonly size: number) {}

  get running(): number {
    return this.jobs.size;
  }

  get free(): number {
    return this.size - this.jobs.size - this.promised;
  }

  /** Keeps slots for jobs that are on their way here; whoever asked gives each back before its job runs. */
  promise(wanted: number): number {
    const given = Math.max(0, Math.min(wanted, this.free));
    this.promised += given;
    return given;
  }

  giveBack(count: number): void {
    this.promised -= count;
  }

  runs(leaseToken: string): boolean {
    return this.jobs.has(leaseToken);
  }

  /** How many have run for less than this. */
  startedWithin(ms: number): number {
    const sinceMs = performance.now() - ms;
    return [...this.jobs.values()].filter(({ startedAtMs }) => startedAtMs > sinceMs).length;
  }

  run(job: ClaimedJob, work: Promise<void>): Promise<void> {
    const end = work.finally(() => this.jobs.delete(job.leaseToken));
    this.jobs.set(job.leaseToken, { end, startedAtMs: performance.now() });
    return end;
  }

  async drained(): Promise<void> {
    await Promise.allSettled([...this.jobs.values()].map(({ end }) => end));
  }
}
