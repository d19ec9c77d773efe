import type { SandboxErrorCode } from '../sandbox.contract.js';

const LIMITS: ReadonlySet<SandboxErrorCode> = new Set([
  'sandbox.timeout',
  'sandbox.memory',
  'sandbox.output_too_large',
]);
/** Functions watched at once; the oldest are forgotten first. */
const WATCHED = 10_000;

interface Record {
  hits: number;
  untilMs: number;
}

/** Counts limits that a function hits in a row, and keeps it from running for a while when there are too many. */
export class Quarantine {
  private readonly records = new Map<string, Record>();

  constructor(
    private readonly after: number,
    private readonly forMs: number,
    private readonly now: () => number,
  ) {}

  /** How long the function stays out, 0 when it may run. */
  remainingMs(functionKey: string): number {
    const record = this.records.get(functionKey);
    if (record === undefined || record.hits < this.after) return 0;
    return Math.max(0, record.untilMs - this.now());
  }

  /** A function that hit a limit the last time; it runs apart from the others until it behaves. */
  isSuspect(functionKey: string): boolean {
    return this.records.has(functionKey);
  }

  /** How long the function stays out from now on, because of this outcome; 0 when it does not. */
  record(functionKey: string, code: SandboxErrorCode | undefined): number {
    if (code === undefined || !LIMITS.has(code)) {
      this.records.delete(functionKey);
      return 0;
    }
    const hits = (this.records.get(functionKey)?.hits ?? 0) + 1;
    this.records.delete(functionKey);
    this.records.set(functionKey, { hits, untilMs: this.now() + this.forMs });
    if (this.records.size > WATCHED) this.forgetOldest();
    return hits < this.after ? 0 : this.forMs;
  }

  /** How many functions stay out now. */
  get size(): number {
    return [...this.records.keys()].filter((functionKey) => this.remainingMs(functionKey) > 0).length;
  }

  private forgetOldest(): void {
    for (const oldest of this.records.keys()) {
      this.records.delete(oldest);
      return;
    }
  }
}
