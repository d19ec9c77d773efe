import { performance } from 'node:perf_hooks';
import type { SandboxLogLine } from '../sandbox.contract.js';
import { cleanText, cutToBytes } from './text.rules.js';

/** What one call may use up. */
export interface CallLimits {
  /** The rule: processor time of the thread, so that a busy machine does not end innocent calls. */
  cpuMs: number;
  /** Wall clock at which a call that does poll is ended whatever processor time it got. */
  wallMs: number;
  logLines: number;
  logLineBytes: number;
}

/** The two clocks of a thread. */
export interface ThreadTime {
  nowMs(): number;
  cpuUs(): number;
}

const THREAD_TIME: ThreadTime = {
  nowMs: () => performance.now(),
  cpuUs: () => {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  },
};

/** More than this between two polls was sleep: a suspended process must not wake up to find its calls over time. */
const LONGEST_GAP_MS = 50;

/**
 * Everything that a machine learns from outside during one call: when it must stop, what time it is, which seed its random numbers have; and what it says
 * outwards: its log lines. One guard serves all machines of a thread, which run one call at a time.
 */
export class CallGuard {
  private startedAtMs = 0;
  private polledAtMs = 0;
  private awakeMs = 0;
  private cpuAtFirstPollUs = -1;
  private clockNs = 0n;
  private seed = '';
  private lines: SandboxLogLine[] = [];
  private stopped = false;
  private askedTheWorld = false;

  constructor(
    private readonly limits: CallLimits,
    private readonly time: ThreadTime = THREAD_TIME,
  ) {}

  begin(timeMs: number, seed: string): void {
    this.startedAtMs = this.time.nowMs();
    this.polledAtMs = this.startedAtMs;
    this.awakeMs = 0;
    this.cpuAtFirstPollUs = -1;
    this.clockNs = BigInt(Math.max(0, Math.trunc(timeMs))) * 1_000_000n;
    this.seed = seed;
    this.lines = [];
    this.stopped = false;
    this.askedTheWorld = false;
  }

  get elapsedMs(): number {
    return this.time.nowMs() - this.startedAtMs;
  }

  /** True once the call was told to stop; whatever the guest answers after that is not an answer. */
  get wasStopped(): boolean {
    return this.stopped;
  }

  /** True when the guest looked at the clock or drew a random number since `begin`. */
  get hasAskedTheWorld(): boolean {
    return this.askedTheWorld;
  }

  get logs(): SandboxLogLine[] {
    return this.lines;
  }

  /** Asked by the engine every ten thousand steps or so, and by the host between two microtasks. */
  mustStop(): boolean {
    if (this.stopped) return true;
    // Reading the thread's own time costs a system call: the first poll comes within a millisecond, so nothing is lost by starting there.
    if (this.cpuAtFirstPollUs < 0) this.cpuAtFirstPollUs = this.time.cpuUs();
    const nowMs = this.time.nowMs();
    this.awakeMs += Math.min(nowMs - this.polledAtMs, LONGEST_GAP_MS);
    this.polledAtMs = nowMs;
    if (nowMs - this.startedAtMs < this.limits.cpuMs) return false;
    this.stopped =
      this.awakeMs >= this.limits.wallMs || this.time.cpuUs() - this.cpuAtFirstPollUs >= this.limits.cpuMs * 1000;
    return this.stopped;
  }

  readClockNs(): bigint {
    this.askedTheWorld = true;
    return this.clockNs;
  }

  readSeed(): string {
    this.askedTheWorld = true;
    return this.seed;
  }

  log(level: string, message: Buffer): void {
    if (this.lines.length >= this.limits.logLines) return;
    this.lines.push({
      level: level === 'warn' || level === 'error' ? level : 'log',
      message: cleanText(cutToBytes(message, this.limits.logLineBytes)),
    });
  }
}
