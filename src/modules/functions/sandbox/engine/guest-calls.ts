import type { SandboxErrorCode } from '../sandbox.contract.js';
import type { GuestEntry } from '../prelude/prelude.js';
import type { CallGuard } from './call-guard.js';
import { GuestThrew, type GuestValue, type QuickJs } from './quickjs.js';

/** Microtasks run between two questions whether the awaited promise is settled. */
const JOBS_PER_LOOK = 32;

/** A limit, or a fault of the machine, ended the call. The machine must not be used again. */
export class CallEnded extends Error {
  constructor(
    readonly code: SandboxErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Goes into the machine and comes back with a reply, or with `CallEnded` when a limit was met on the way. */
export class GuestCalls {
  constructor(
    private readonly entry: GuestEntry,
    private readonly guard: CallGuard,
    private readonly outputBytes: number,
  ) {}

  /** Calls one of the entry's functions and waits for the promise that it may leave behind. */
  ask(machine: QuickJs, fn: GuestValue, inputJson: string): string {
    try {
      return this.settled(machine, () => machine.call(fn, machine.newString(inputJson)));
    } catch (error) {
      // The entry catches what user code throws; what gets past it is memory that did not even suffice to say so.
      if (error instanceof GuestThrew) throw new CallEnded('sandbox.memory', 'the call ran out of memory');
      throw error;
    }
  }

  private settled(machine: QuickJs, call: () => GuestValue): string {
    let reply = this.reply(machine, call);
    while (reply === 'P') {
      const hasRun = this.inside(() => this.runJobs(machine, JOBS_PER_LOOK));
      reply = this.reply(machine, () => machine.call(this.entry.settle));
      if (reply === 'P' && !hasRun) {
        throw new CallEnded(
          'sandbox.timeout',
          'the returned promise can never settle: nothing is left to run, and there are no timers',
        );
      }
    }
    return reply;
  }

  /** The JSON of the error for a value that left the machine as an exception. */
  describe(machine: QuickJs, thrown: GuestThrew): string {
    try {
      return this.reply(machine, () => machine.call(this.entry.describe, thrown.value)).slice(1);
    } catch (error) {
      if (error instanceof GuestThrew) throw new CallEnded('sandbox.memory', 'the call ran out of memory');
      throw error;
    }
  }

  reply(machine: QuickJs, call: () => GuestValue): string {
    return this.inside(() => {
      const bytes = machine.stringBytes(call());
      // One byte is the reply's letter.
      if (bytes.length - 1 > this.outputBytes) {
        throw new CallEnded(
          'sandbox.output_too_large',
          `the answer has ${bytes.length - 1} bytes, ${this.outputBytes} are allowed`,
        );
      }
      return bytes.toString('utf8');
    });
  }

  /** True when at least one microtask ran. */
  runJobs(machine: QuickJs, limit: number): boolean {
    let ran = 0;
    while (ran < limit && machine.runJob()) {
      ran++;
      if (ran % JOBS_PER_LOOK === 0 && this.guard.mustStop()) break;
    }
    if (this.guard.mustStop()) throw timeout();
    return ran > 0;
  }

  /** Does something inside the machine; what ends it comes out as `CallEnded`, a value that user code threw as `GuestThrew`. */
  inside<T>(visit: () => T): T {
    try {
      const result = visit();
      if (this.guard.wasStopped) throw timeout();
      return result;
    } catch (error) {
      if (this.guard.wasStopped) throw timeout();
      if (error instanceof CallEnded || error instanceof GuestThrew) throw error;
      throw endedBy(error);
    }
  }
}

function timeout(): CallEnded {
  return new CallEnded('sandbox.timeout', 'the call was ended: it may take 100 ms');
}

/** What the host sees when the machine itself gives up. */
function endedBy(error: unknown): CallEnded {
  if (error instanceof RangeError) return new CallEnded('sandbox.too_deep', 'the call went too deep for the machine');
  const message = error instanceof Error ? error.message : String(error);
  return new CallEnded('sandbox.memory', `the machine gave up: ${message}`);
}
