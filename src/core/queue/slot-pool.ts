import type { ClaimedJob } from './job.js';

/** The jobs of one kind of lanes that run here now: how many more may, and which lanes have their share. */
export class SlotPool {
  private readonly running = new Map<string, { job: ClaimedJob; end: Promise<void> }>();
  private readonly byLane = new Map<string, number>();

  constructor(
    readonly size: number,
    /** One lane never fills the pool: a destination that hangs leaves room for the others. */
    private readonly maxPerLane: number,
  ) {}

  get free(): number {
    return this.size - this.running.size;
  }

  get held(): ClaimedJob[] {
    return [...this.running.values()].map(({ job }) => job);
  }

  fullLanes(): string[] {
    return [...this.byLane].filter(([, count]) => count >= this.maxPerLane).map(([lane]) => lane);
  }

  run(job: ClaimedJob, work: Promise<void>): void {
    this.byLane.set(job.laneId, (this.byLane.get(job.laneId) ?? 0) + 1);
    const end = work.finally(() => {
      this.running.delete(job.leaseToken);
      const left = (this.byLane.get(job.laneId) ?? 1) - 1;
      if (left > 0) this.byLane.set(job.laneId, left);
      else this.byLane.delete(job.laneId);
    });
    this.running.set(job.leaseToken, { job, end });
  }

  async drained(): Promise<void> {
    await Promise.allSettled([...this.running.values()].map(({ end }) => end));
  }
}
