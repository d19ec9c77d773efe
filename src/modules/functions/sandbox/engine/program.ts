import type { SandboxError, SandboxLogLine } from '../sandbox.contract.js';
import type { MachineImage } from './quickjs.js';

/** A source that ran once and left something to call. */
export interface LoadedProgram {
  isLoaded: true;
  /** The machine right after loading; every call begins there. */
  image: MachineImage;
  /** What the source wrote to the console while it was loaded: part of the log of every call. */
  logs: SandboxLogLine[];
  /** How far the host moved the source's first line to the right. */
  firstLineShift: number;
}

/** A source that cannot be called; the answer is always the same, so it is kept. */
export interface RefusedProgram {
  isLoaded: false;
  error: SandboxError;
  logs: SandboxLogLine[];
}

/** One source on a thread, with what loading it gave. */
export class Program {
  /** Empty before the first call and after a limit. */
  state: LoadedProgram | RefusedProgram | undefined;
  /**
   * The source looked at the clock or drew a random number while it was loaded. An image would keep the answer that the first call's seed gave, so such a
   * source is loaded anew for every call.
   */
  isLoadedPerCall = false;

  /** Free heap to load it with, in addition to what every machine has: more after a call that made the memory grow. */
  extraHeapBytes = 0;

  constructor(readonly code: string) {}
}
