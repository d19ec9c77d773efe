/*
 * When a destination is left alone, as numbers. Deliveries to it are put off meanwhile, never failed.
 */

const failuresInARow = 10;
const windowMs = 5 * 60_000;
const leastInWindow = 10;
const failedShare = 0.7;
/** Ten of them are the window; what happened is forgotten half a minute late at most. */
const sliceMs = windowMs / 10;

const firstProbeMs = 30_000;
const lastProbeMs = 10 * 60_000;

/** With nothing but failure for so long, nobody reads what the destination is sent. */
export const deadAfterMs = 120 * 3_600_000;

/** How long a destination is left alone, after so many probes that failed: 30 s, doubling, at most ten minutes. */
export function probeDelayMs(failedProbes: number): number {
  return Math.min(firstProbeMs * 2 ** Math.min(failedProbes, 30), lastProbeMs);
}

/**
 * What an attempt says about its destination. `refusing` is there and wants no such message: a 404, a topic it does not
 * allow. `unknown`: it was not asked, or not waited for.
 */
export type Sign = 'working' | 'failing' | 'refusing' | 'unknown';

/** Codes that say nothing about the other side: its own configuration, the message, or we ourselves stood in the way. */
const ownCauses = /^(?:config|template|point|integration|storage|channel|egress)\.|\.aborted$/;

/** The part of an attempt's outcome that says something of its destination. */
export type Answer = { status: 'delivered' } | { status: 'failed'; code: string; retryable: boolean };

export function signOf(outcome: Answer): Sign {
  if (outcome.status === 'delivered') return 'working';
  if (ownCauses.test(outcome.code)) return 'unknown';
  return outcome.retryable ? 'failing' : 'refusing';
}

interface Slice {
  startMs: number;
  total: number;
  failed: number;
}

/** How one destination has answered this process lately. */
export class RecentFailures {
  private inARow = 0;
  private slices: Slice[] = [];

  /** True: too much of it failed, and it should be left alone for a while. */
  note(failed: boolean, nowMs: number): boolean {
    this.inARow = failed ? this.inARow + 1 : 0;
    const slice = this.sliceAt(nowMs);
    slice.total += 1;
    if (failed) slice.failed += 1;
    return failed && (this.inARow >= failuresInARow || this.mostFailed());
  }

  private mostFailed(): boolean {
    const total = this.slices.reduce((sum, slice) => sum + slice.total, 0);
    const failed = this.slices.reduce((sum, slice) => sum + slice.failed, 0);
    return total >= leastInWindow && failed >= failedShare * total;
  }

  private sliceAt(nowMs: number): Slice {
    this.slices = this.slices.filter(({ startMs }) => nowMs - startMs < windowMs);
    const newest = this.slices.at(-1);
    if (newest !== undefined && nowMs - newest.startMs < sliceMs) return newest;
    const slice = { startMs: nowMs, total: 0, failed: 0 };
    this.slices.push(slice);
    return slice;
  }
}
