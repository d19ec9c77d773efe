import type { SandboxError } from '../sandbox.contract.js';
import type { SandboxOptions } from '../sandbox.options.js';
import type { WireCall, WireResult } from '../wire.js';
import { furnish, type GuestEntry } from '../prelude/prelude.js';
import { CallGuard } from './call-guard.js';
import { CallEnded, GuestCalls } from './guest-calls.js';
import { guestError } from './guest-error.rules.js';
import { MachineShelf } from './machine-shelf.js';
import type { LoadedProgram, Program, RefusedProgram } from './program.js';
import { QuickJs, type MachineImage } from './quickjs.js';
import { SourceLoader } from './source-loader.js';
import { cleanJson, isDeeperThan } from './text.rules.js';

/** Free heap in every machine, so that an ordinary message does not make it grow; every restore clears it. */
const HEAP_ROOM_BYTES = 128 * 1024;
/** What a source gets in addition whose call made the memory grow: clearing it is cheaper than a new machine for every call. */
const LARGE_HEAP_BYTES = 4 * 1024 * 1024;

type Verdict = Pick<WireResult, 'status' | 'outputJson' | 'error'>;

/**
 * One call from beginning to end, on one thread: the machine is made the one of the program's image, the message goes in, the answer comes out, and what the
 * machine has become is forgotten.
 */
export class SandboxVm {
  private readonly guard: CallGuard;
  private readonly machines: MachineShelf;
  private readonly calls: GuestCalls;
  private readonly loader: SourceLoader;
  private readonly entry: GuestEntry;
  /** A furnished machine in which no user code has run. */
  private readonly base: MachineImage;

  constructor(
    module: WebAssembly.Module,
    private readonly options: Omit<SandboxOptions, 'now'>,
  ) {
    this.guard = new CallGuard({ ...options, wallMs: options.softWallMs });
    this.machines = new MachineShelf(module, this.guard);
    this.guard.begin(0, '');
    const machine = new QuickJs(module, this.guard);
    machine.boot(options.memoryBytes);
    this.entry = furnish(machine);
    machine.reserveHeap(HEAP_ROOM_BYTES);
    this.base = machine.image();
    this.machines.giveBack(machine);
    this.calls = new GuestCalls(this.entry, this.guard, options.outputBytes);
    this.loader = new SourceLoader(this.entry, this.calls);
  }

  run(program: Program, call: WireCall): WireResult {
    this.guard.begin(call.timeMs, call.random);
    const logsOfLoading = program.state?.logs ?? [];
    const verdict = this.verdict(program, call);
    return {
      seq: call.seq,
      ...verdict,
      logs: [...logsOfLoading, ...this.guard.logs].slice(0, this.options.logLines),
      durationMs: Math.round(this.guard.elapsedMs * 1000) / 1000,
    };
  }

  private verdict(program: Program, call: WireCall): Verdict {
    try {
      return this.attempt(program, call);
    } catch (error) {
      if (!(error instanceof CallEnded)) throw error;
      program.state = undefined;
      return failed({ code: error.code, message: error.message });
    }
  }

  private attempt(program: Program, call: WireCall): Verdict {
    const machine = program.state === undefined ? this.loaded(program) : this.warm(program.state);
    if (!(machine instanceof QuickJs)) return failed(machine);
    const { state } = program;
    const shift = state?.isLoaded === true ? state.firstLineShift : 0;
    const size = machine.sizeBytes;
    const verdict: Verdict =
      call.kind === 'check'
        ? { status: 'success', outputJson: null, error: null }
        : this.judge(this.calls.ask(machine, this.entry[call.kind], call.inputJson), shift);
    if (machine.sizeBytes === size) this.machines.giveBack(machine);
    else if (program.extraHeapBytes === 0) {
      program.extraHeapBytes = LARGE_HEAP_BYTES;
      program.state = undefined;
    }
    if (program.isLoadedPerCall) program.state = undefined;
    return verdict;
  }

  private warm(state: LoadedProgram | RefusedProgram): QuickJs | SandboxError {
    return state.isLoaded ? this.machines.take(state.image) : state.error;
  }

  /** Loads the source into a fresh machine, keeps the image, and goes on with that machine. */
  private loaded(program: Program): QuickJs | SandboxError {
    const machine = this.machines.take(this.base);
    if (program.extraHeapBytes > 0) machine.reserveHeap(program.extraHeapBytes);
    const loading = this.loader.load(machine, program.code);
    const logs = [...this.guard.logs];
    program.isLoadedPerCall = this.guard.hasAskedTheWorld;
    if ('error' in loading) {
      if (loading.error.code === 'sandbox.memory') throw new CallEnded('sandbox.memory', loading.error.message);
      if (!program.isLoadedPerCall) program.state = { isLoaded: false, error: loading.error, logs };
      return loading.error;
    }
    program.state = { isLoaded: true, image: machine.image(), logs, firstLineShift: loading.firstLineShift };
    return machine;
  }

  private judge(reply: string, firstLineShift: number): Verdict {
    if (reply === 'F') return { status: 'filtered', outputJson: null, error: null };
    const text = reply.slice(1);
    if (!reply.startsWith('S')) {
      const error = guestError(text, firstLineShift);
      if (error.code === 'sandbox.memory') throw new CallEnded(error.code, error.message);
      return failed(error);
    }
    if (isDeeperThan(text, this.options.outputDepth)) {
      return failed({
        code: 'sandbox.too_deep',
        message: `the answer is nested more than ${this.options.outputDepth} levels deep`,
      });
    }
    return { status: 'success', outputJson: cleanJson(text), error: null };
  }
}

function failed(error: SandboxError): Verdict {
  return { status: 'error', outputJson: null, error };
}
