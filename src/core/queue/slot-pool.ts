import type { ClaimedJob } from './job.js';

/** The jobs of one kind of lanes that run here now, and how many more may. */
export class SlotPool {
  private readonly jobs = new Map<string, { end: Promise<void>; startedAtMs: number }>();

  constructor(readonly size: number) {}

  get running(): number {
    return this.jobs.size;
  }

  get free(): number {
    return this.size - this.jobs.size;
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
