import type { SandboxOptions } from './sandbox.options.js';
import type { SandboxResult } from './sandbox.contract.js';

/** What a thread is started with. The board is shared memory: see `BOARD`. */
export interface ThreadStart {
  module: WebAssembly.Module;
  options: Omit<SandboxOptions, 'now'>;
  board: Int32Array;
}

/** Cells of the board between the pool and one thread. */
export const BOARD = {
  /** Written by the thread: the number of the call that it runs, 0 when idle. What is never finished is known by it. */
  current: 0,
  /** Written by the pool: calls up to this number that have not begun were taken back and must not be run. */
  takenBack: 1,
  cells: 2,
} as const;

/** One call on its way to a thread. `code` is sent only when the thread's place does not hold it yet. */
export interface WireCall {
  /** Rises by one from call to call of a thread; results bear it. */
  seq: number;
  kind: 'auto' | 'codec' | 'downlink' | 'check';
  place: number;
  code?: string;
  inputJson: string;
  timeMs: number;
  random: string;
}

export interface WireResult extends SandboxResult {
  seq: number;
}
