import { Worker } from 'node:worker_threads';
import type { SandboxOptions } from '../sandbox.options.js';
import type { SandboxResult } from '../sandbox.contract.js';
import { BOARD, type ThreadStart, type WireCall, type WireResult } from '../wire.js';
import { WarmShelf } from './warm-shelf.js';

/** `suspect`: its function hit a limit the last time, so it runs apart. A result: it is not run at all. */
export type Standing = 'free' | 'suspect' | SandboxResult;

/** A call that waits for its result, wherever it is. */
export interface PendingCall {
  readonly kind: WireCall['kind'];
  readonly tenantId: string;
  readonly functionKey: string;
  readonly code: string;
  readonly inputJson: string;
  readonly timeMs: number;
  readonly random: string;
  /** Asked when its turn comes: a refusal, or whether it runs among others. */
  standing(): Standing;
  /** Threads that ended unexpectedly while this call was running. */
  crashes: number;
  finish(result: SandboxResult): void;
}

export interface ThreadListener {
  onResults(thread: SandboxThread): void;
  onExit(thread: SandboxThread, cause: Error | undefined): void;
}

/** A check is loaded, answered and forgotten; it takes no place. */
const NO_PLACE = -1;
/** Of the thread's own heap, which holds only texts on their way: a second wall behind the machine's memory limit. */
const HEAP_MB = 128;
/** Less than Node's four: JSON.stringify of a deep value costs the square of its depth without ever polling, and this ends it after some thousand levels. */
const STACK_MB = 1;

/** The pool's end of one worker thread: what was sent, what came back, which call runs now. */
export class SandboxThread {
  private readonly worker: Worker;
  private readonly board = new Int32Array(new SharedArrayBuffer(BOARD.cells * Int32Array.BYTES_PER_ELEMENT));
  private readonly pending = new Map<number, PendingCall>();
  private readonly shelf: WarmShelf;
  private apart = false;
  private lastSeq = 0;
  private seenSeq = 0;
  private seenForMs = 0;

  constructor(
    module: WebAssembly.Module,
    options: SandboxOptions,
    private readonly listener: ThreadListener,
  ) {
    const { now: _, ...plain } = options;
    const start: ThreadStart = { module, options: plain, board: this.board };
    this.shelf = new WarmShelf(options.warmPerThread);
    this.worker = new Worker(new URL('../sandbox.worker.js', import.meta.url), {
      workerData: start,
      // Nothing of this process: no environment, no arguments, no loader flags.
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 4, stackSizeMb: STACK_MB },
    });
    this.worker.unref();
    let cause: Error | undefined;
    this.worker.on('message', (results: WireResult[]) => {
      this.receive(results);
    });
    this.worker.on('error', (error: unknown) => {
      cause = error instanceof Error ? error : new Error(String(error));
    });
    this.worker.once('exit', () => {
      listener.onExit(this, cause);
    });
  }

  get inFlight(): number {
    return this.pending.size;
  }

  holds(functionKey: string): boolean {
    return this.shelf.has(functionKey);
  }

  /** A suspect runs here; nobody else should wait behind it. */
  get isApart(): boolean {
    return this.apart && this.pending.size > 0;
  }

  sendSuspect(call: PendingCall): void {
    this.apart = true;
    this.send([call]);
  }

  send(calls: readonly PendingCall[]): void {
    if (this.pending.size === 0) this.worker.ref();
    this.worker.postMessage(calls.map((call) => this.toWire(call)));
  }

  /** For how long the same call has been seen running; `sinceMs` have passed since the last look. */
  runningForMs(sinceMs: number): number {
    const seq = Atomics.load(this.board, BOARD.current);
    this.seenForMs = seq === this.seenSeq && seq !== 0 ? this.seenForMs + sinceMs : 0;
    this.seenSeq = seq;
    return this.seenForMs;
  }

  /** The call that is running, if one is. */
  takeRunning(): PendingCall | undefined {
    const seq = Atomics.load(this.board, BOARD.current);
    const call = this.pending.get(seq);
    this.pending.delete(seq);
    return call;
  }

  /** All but the running call. The thread skips what it has not begun; should it have begun one meanwhile, its result is ignored and the call runs twice. */
  takeBack(): PendingCall[] {
    const running = Atomics.load(this.board, BOARD.current);
    Atomics.store(this.board, BOARD.takenBack, this.lastSeq);
    const taken = [...this.pending].filter(([seq]) => seq !== running);
    for (const [seq] of taken) this.pending.delete(seq);
    return taken.map(([, call]) => call);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(results: readonly WireResult[]): void {
    for (const { seq, ...result } of results) {
      const call = this.pending.get(seq);
      this.pending.delete(seq);
      call?.finish(result);
    }
    if (this.pending.size === 0) {
      this.apart = false;
      this.worker.unref();
    }
    this.listener.onResults(this);
  }

  private toWire(call: PendingCall): WireCall {
    const seq = ++this.lastSeq;
    this.pending.set(seq, call);
    const { kind, code, inputJson, timeMs, random } = call;
    if (kind === 'check') return { seq, kind, place: NO_PLACE, code, inputJson, timeMs, random };
    const { place, isNew } = this.shelf.use(call.functionKey, call.tenantId);
    return isNew
      ? { seq, kind, place, code, inputJson, timeMs, random }
      : { seq, kind, place, inputJson, timeMs, random };
  }
}
