import type { SandboxErrorCode } from '../sandbox.contract.js';
import type { SandboxOptions } from '../sandbox.options.js';
import { SandboxThread, type PendingCall, type ThreadListener } from './sandbox-thread.js';

/** Calls that a thread may have at once: enough that it never waits for us, few enough that little waits behind a slow one. */
const WINDOW = 64;
/** How often running calls are looked at while there are any. A call seen running twice no longer holds up those behind it. */
const LOOK_EVERY_MS = 20;
/** How many calls ahead a thread must be before a source is loaded on another one too, or another thread is started. */
const WORTH_ANOTHER = 8;

/** Shares calls out to threads that can be killed; a killed thread costs nobody but the call that it ran. */
export class SandboxPool implements ThreadListener {
  private module: Promise<WebAssembly.Module> | undefined;
  private compiled: WebAssembly.Module | undefined;
  private readonly threads: (SandboxThread | undefined)[];
  private queue: PendingCall[] = [];
  private suspects: PendingCall[] = [];
  private watch: NodeJS.Timeout | undefined;
  private lookedAtMs = 0;
  private isSharingPlanned = false;
  private isClosed = false;

  constructor(
    private readonly options: SandboxOptions,
    private readonly compile: () => Promise<WebAssembly.Module>,
  ) {
    this.threads = new Array<SandboxThread | undefined>(options.threads).fill(undefined);
  }

  submit(call: PendingCall): void {
    this.queue.push(call);
    this.planSharing();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.watch);
    await Promise.all(this.threads.filter((thread) => thread !== undefined).map((thread) => thread.end()));
  }

  onResults(): void {
    if (this.queue.length > 0 || this.suspects.length > 0) this.planSharing();
    else if (this.threads.every((thread) => (thread?.inFlight ?? 0) === 0)) this.stopWatching();
  }

  /** Ended by us or not: what the thread had is run elsewhere, except the call that was running when it went. */
  onExit(thread: SandboxThread, cause: Error | undefined): void {
    const index = this.threads.indexOf(thread);
    if (index < 0) return;
    this.threads[index] = undefined;
    const running = thread.takeRunning();
    this.again(thread.takeBack());
    if (running === undefined) return;
    running.crashes++;
    const isOutOfMemory = cause !== undefined && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (isOutOfMemory) finishWith(running, 'sandbox.memory', 'the thread of the call ran out of memory');
    else if (running.crashes > 1)
      finishWith(running, 'sandbox.memory', `the thread of the call ended: ${cause?.message ?? 'no reason given'}`);
    else this.again([running]);
  }

  /** Calls of one turn of the event loop travel in one message. */
  private planSharing(): void {
    if (this.isSharingPlanned || this.isClosed) return;
    this.isSharingPlanned = true;
    setImmediate(() => {
      this.isSharingPlanned = false;
      if (this.compiled !== undefined) this.share(this.compiled);
      else void this.start();
    });
  }

  private async start(): Promise<void> {
    this.module ??= this.compile();
    try {
      this.compiled = await this.module;
      this.planSharing();
    } catch (error) {
      this.module = undefined;
      const message = error instanceof Error ? error.message : String(error);
      for (const call of [...this.queue.splice(0), ...this.suspects.splice(0)])
        finishWith(call, 'sandbox.memory', `the engine did not start: ${message}`);
    }
  }

  private share(module: WebAssembly.Module): void {
    if (this.isClosed) return;
    const calls = this.queue;
    this.queue = [];
    const messages = new Map<SandboxThread, PendingCall[]>();
    for (const [index, call] of calls.entries()) {
      if (!this.isFree(call)) continue;
      const thread = this.threadFor(call, module, messages);
      if (thread === undefined) {
        this.queue = calls.slice(index);
        break;
      }
      const message = messages.get(thread);
      if (message === undefined) messages.set(thread, [call]);
      else message.push(call);
    }
    for (const [thread, message] of messages) thread.send(message);
    this.shareSuspects(module);
    this.watch ??= setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS);
  }

  private isFree(call: PendingCall): boolean {
    const standing = call.standing();
    if (standing === 'suspect') this.suspects.push(call);
    else if (standing !== 'free') call.finish(standing);
    return standing === 'free';
  }

  /** One at a time, on the last thread, which the others leave as long as there are any. */
  private shareSuspects(module: WebAssembly.Module): void {
    while (this.suspects.length > 0) {
      const last = this.threadAt(this.threads.length - 1, module);
      if (last.inFlight > 0) return;
      const [call] = this.suspects.splice(0, 1);
      if (call === undefined) return;
      // It may have been sentenced while it waited.
      const standing = call.standing();
      if (typeof standing === 'string') last.sendSuspect(call);
      else call.finish(standing);
    }
  }

  private threadFor(
    call: PendingCall,
    module: WebAssembly.Module,
    messages: Map<SandboxThread, PendingCall[]>,
  ): SandboxThread | undefined {
    let best: SandboxThread | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    const usable = this.threads.length - (this.suspects.length > 0 ? 1 : 0);
    for (let index = 0; index < usable; index++) {
      const thread = this.threads[index];
      if (thread === undefined) {
        if (bestCost > WORTH_ANOTHER) return this.threadAt(index, module);
        continue;
      }
      const load = thread.inFlight + (messages.get(thread)?.length ?? 0);
      if (load >= WINDOW || thread.isApart) continue;
      const cost = load + (thread.holds(call.functionKey) ? 0 : WORTH_ANOTHER);
      if (cost < bestCost) [best, bestCost] = [thread, cost];
    }
    return best;
  }

  private threadAt(index: number, module: WebAssembly.Module): SandboxThread {
    const thread = this.threads[index] ?? new SandboxThread(module, this.options, this);
    this.threads[index] = thread;
    return thread;
  }

  private look(): void {
    const nowMs = performance.now();
    // A process that was suspended, or a loop that was blocked, must not count that time against a call.
    const sinceMs = Math.min(nowMs - this.lookedAtMs, 2 * LOOK_EVERY_MS);
    this.lookedAtMs = nowMs;
    for (const [index, thread] of this.threads.entries()) {
      if (thread === undefined || thread.inFlight === 0) continue;
      const runningMs = thread.runningForMs(sinceMs);
      if (runningMs >= this.options.hardWallMs - LOOK_EVERY_MS) this.kill(index, thread);
      else if (runningMs >= LOOK_EVERY_MS) this.again(thread.takeBack());
    }
  }

  /** For built-ins that never ask whether they must stop. */
  private kill(index: number, thread: SandboxThread): void {
    this.threads[index] = undefined;
    const running = thread.takeRunning();
    this.again(thread.takeBack());
    void thread.end();
    if (running !== undefined)
      finishWith(
        running,
        'sandbox.timeout',
        `the call was killed after ${this.options.hardWallMs} ms`,
        this.options.hardWallMs,
      );
  }

  /** To the front: they have waited longest. */
  private again(calls: readonly PendingCall[]): void {
    if (calls.length === 0) return;
    this.queue = [...calls, ...this.queue];
    this.planSharing();
  }

  private stopWatching(): void {
    clearInterval(this.watch);
    this.watch = undefined;
  }
}

function finishWith(call: PendingCall, code: SandboxErrorCode, message: string, durationMs = 0): void {
  call.finish({ status: 'error', outputJson: null, logs: [], error: { code, message }, durationMs });
}
