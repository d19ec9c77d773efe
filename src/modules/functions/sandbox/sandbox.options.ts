import { availableParallelism } from 'node:os';

/** Injection token for `Partial<SandboxOptions>`; without it the defaults hold. */
export const SANDBOX_OPTIONS = Symbol('SANDBOX_OPTIONS');

export interface SandboxOptions {
  threads: number;
  /** Loaded sources kept by one thread; a tenant has at most half of them. */
  warmPerThread: number;
  codeBytes: number;
  inputBytes: number;
  outputBytes: number;
  outputDepth: number;
  logLines: number;
  logLineBytes: number;
  memoryBytes: number;
  /** The rule: processor time, so that a busy machine does not end innocent calls. */
  cpuMs: number;
  /** When a call that polls is ended at the latest, by the clock; below `hardWallMs`, because ending it so is cheaper than killing its thread. */
  softWallMs: number;
  /** When the thread of a call is killed: only built-ins that never poll get here. */
  hardWallMs: number;
  /** This many limits in a row … */
  quarantineAfter: number;
  /** … keep a function from running for so long. */
  quarantineMs: number;
  /** Milliseconds on any clock that does not go back; only quarantine looks at it. */
  now: () => number;
}

export function sandboxOptions(given: Partial<SandboxOptions> = {}): SandboxOptions {
  const options: SandboxOptions = {
    threads: Math.min(4, availableParallelism()),
    warmPerThread: 32,
    codeBytes: 64 * 1024,
    inputBytes: 256 * 1024,
    outputBytes: 256 * 1024,
    outputDepth: 100,
    logLines: 100,
    logLineBytes: 1024,
    memoryBytes: 16 * 1024 * 1024,
    cpuMs: 100,
    softWallMs: 400,
    hardWallMs: 500,
    quarantineAfter: 5,
    quarantineMs: 60_000,
    now: () => performance.now(),
    ...given,
  };
  // One thread must be left when another is stuck.
  return { ...options, threads: Math.max(2, options.threads) };
}
