import { parentPort, workerData } from 'node:worker_threads';
import { Program } from './engine/program.js';
import { SandboxVm } from './engine/sandbox-vm.js';
import { BOARD, type ThreadStart, type WireCall, type WireResult } from './wire.js';

/** Results are sent on at least this often, so that nobody waits for a slow call that came in the same message. */
const SEND_AFTER_MS = 2;

/** A thread of the sandbox: runs the calls of each message in order. What it holds in its places is decided by the pool. */
function serve(port: NonNullable<typeof parentPort>, start: ThreadStart): void {
  const vm = new SandboxVm(start.module, start.options);
  const places: (Program | undefined)[] = [];

  const programOf = (call: WireCall): Program => {
    const held = places[call.place];
    if (call.code === undefined && held !== undefined) return held;
    const program = new Program(call.code ?? '');
    if (call.kind !== 'check') places[call.place] = program;
    return program;
  };

  port.on('message', (calls: WireCall[]) => {
    let results: WireResult[] = [];
    let sentAtMs = performance.now();
    for (const call of calls) {
      // Also for a call that was taken back: those after it count on the place being filled.
      const program = programOf(call);
      if (call.seq <= Atomics.load(start.board, BOARD.takenBack)) continue;
      Atomics.store(start.board, BOARD.current, call.seq);
      results.push(vm.run(program, call));
      if (performance.now() - sentAtMs < SEND_AFTER_MS) continue;
      port.postMessage(results);
      results = [];
      sentAtMs = performance.now();
    }
    Atomics.store(start.board, BOARD.current, 0);
    if (results.length > 0) port.postMessage(results);
  });
}

if (parentPort !== null) serve(parentPort, workerData as ThreadStart);
