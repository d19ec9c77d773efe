import type { ClaimedJob } from './job.js';

/** The jobs of one kind of lanes that run here now, and how many more may. */
export class SlotPool {
  private readonly running = new Map<string, Promise<void>>();

  constructor(readonly size: number) {}

  get free(): number {
    return this.size - this.running.size;
  }

  run(job: ClaimedJob, work: Promise<void>): void {
    const end = work.finally(() => this.running.delete(job.leaseToken));
    this.running.set(job.leaseToken, end);
  }

  async drained(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }
}
