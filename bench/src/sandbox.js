/**
 * What a call of user code costs, and what the ways to keep calls apart cost. By hand: `npm run build && node bench/src/sandbox.js`.
 * Rounds alternate between the sides; medians of all calls of all rounds, in microseconds.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import vm from 'node:vm';
import { CallGuard } from '../../dist/src/modules/functions/sandbox/engine/call-guard.js';
import { Program } from '../../dist/src/modules/functions/sandbox/engine/program.js';
import { QuickJs } from '../../dist/src/modules/functions/sandbox/engine/quickjs.js';
import { SandboxVm } from '../../dist/src/modules/functions/sandbox/engine/sandbox-vm.js';
import { furnish } from '../../dist/src/modules/functions/sandbox/prelude/prelude.js';
import { sandboxOptions } from '../../dist/src/modules/functions/sandbox/sandbox.options.js';
import { SandboxService } from '../../dist/src/modules/functions/sandbox/sandbox.service.js';
import { quantile } from './statistics.js';

const ROUNDS = 5;
const CODE = `function processTemperature(data) {
  if (data.data.temperature) {
    data.data.temperatureF = (data.data.temperature * 9) / 5 + 32;
  }
  return data;
}`;
const MESSAGE = JSON.stringify({
  event_id: '019aa0c3-0000-7000-8000-000000000001',
  event: 'up',
  time: '2026-11-20T12:00:00.123Z',
  received_at: '2026-11-20T12:00:00.200Z',
  device: { id: '019a', name: 'Room 12', dev_eui: 'a84041ffff1234ab', labels: ['rooms'] },
  data: { temperature: 21.5, humidity: 40, battery: 3.6 },
  payload: 'AQL//g==',
  f_port: 2,
  f_cnt: 7,
  rx_info: [{ gateway_id: '0016c001f153a14c', rssi: -36, snr: 7.5 }],
  tx_info: { frequency: 868100000 },
});

const wasm = new globalThis.WebAssembly.Module(
  readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm')),
);
const options = sandboxOptions();
const guard = new CallGuard({ ...options, wallMs: options.softWallMs });

/** The chosen way: the memory is put back before every call. */
function memoryImage() {
  const sandbox = new SandboxVm(wasm, options);
  const program = new Program(CODE);
  return () => sandbox.run(program, wire()).outputJson;
}

/** Every call in a machine that only the prelude has run in: the source is compiled anew. What sources get that ask for the time while they load. */
function memoryImageWithLoading() {
  const sandbox = new SandboxVm(wasm, options);
  return () => sandbox.run(new Program(CODE), wire()).outputJson;
}

/** Intrinsics frozen once, the source run anew in a closure, new globals deleted after it. */
function frozenClosures() {
  guard.begin(0, '');
  const { machine, entry } = bootedMachine();
  machine.call(
    machine.evaluate(
      `(function () {
        const seen = new Set([globalThis]);
        const freeze = (value) => {
          if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
          seen.add(value);
          Object.freeze(value);
          freeze(Object.getPrototypeOf(value));
          for (const key of Reflect.ownKeys(value)) {
            const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
            freeze(held); freeze(get); freeze(set);
          }
        };
        for (const key of Reflect.ownKeys(globalThis)) freeze(globalThis[key]);
        [function* () {}, async () => {}, async function* () {}, [].values(), ''[Symbol.iterator](), new Map().keys(), new Set().keys()].forEach(freeze);
      })`,
      'freeze.js',
    ),
  );
  const run = machine.evaluate(
    `(() => {
      const names = new Set(Reflect.ownKeys(globalThis));
      const { ownKeys, deleteProperty } = Reflect;
      const has = names.has.bind(names);
      const load = function () { ${CODE}\nreturn processTemperature; };
      return (message) => {
        try { return load()(message) }
        finally { for (const key of ownKeys(globalThis)) if (!has(key)) deleteProperty(globalThis, key) }
      };
    })()`,
    'closures.js',
  );
  machine.call(entry.bind, machine.evaluate('[]', 'none.js'), run);
  return () => {
    guard.begin(0, '');
    return machine
      .stringBytes(machine.call(entry.auto, machine.newString(MESSAGE)))
      .toString('utf8')
      .slice(1);
  };
}

/** A machine of its own for every call, made from nothing. */
function freshMachine() {
  return () => {
    guard.begin(0, '');
    const { machine, entry } = bootedMachine();
    machine.call(entry.bind, machine.evaluate('[]', 'none.js'), machine.evaluate(`(${CODE})`, 'function.js'));
    return machine
      .stringBytes(machine.call(entry.auto, machine.newString(MESSAGE)))
      .toString('utf8')
      .slice(1);
  };
}

/** Not a sandbox, and here for the scale: the same work in V8. */
function nodeVm() {
  const run = new vm.Script(`(${CODE})`).runInContext(vm.createContext({}));
  return () => JSON.stringify(run(JSON.parse(MESSAGE)));
}

/** The same with the time limit that node:vm can set, which needs a thread that watches. */
function nodeVmWithTimeout() {
  const context = vm.createContext({ message: MESSAGE });
  const script = new vm.Script(`JSON.stringify((${CODE})(JSON.parse(message)))`);
  return () => script.runInContext(context, { timeout: 100 });
}

function bootedMachine() {
  const machine = new QuickJs(wasm, guard);
  machine.boot(options.memoryBytes);
  return { machine, entry: furnish(machine) };
}

function wire() {
  return { seq: 1, kind: 'auto', place: 0, inputJson: MESSAGE, timeMs: 1_700_000_000_000, random: 'seed' };
}

function compareWays() {
  const ways = { memoryImage, frozenClosures, memoryImageWithLoading, freshMachine, nodeVm, nodeVmWithTimeout };
  const sides = Object.entries(ways).map(([name, make]) => ({ name, call: make(), times: [] }));
  const answers = new Set(sides.map(({ call }) => call()));
  if (answers.size !== 1) throw new Error(`the ways answer differently: ${[...answers].join('\n')}`);
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sides) {
      const calls = side.name === 'freshMachine' ? 100 : 2_000;
      for (let n = 0; n < calls; n++) {
        const startedAt = performance.now();
        side.call();
        side.times.push(performance.now() - startedAt);
      }
    }
  }
  for (const { name, times } of sides) report(name, times);
}

async function measureWholePath() {
  const sandbox = new SandboxService();
  const call = async () =>
    sandbox.call({
      tenantId: 't',
      functionKey: 'f',
      code: CODE,
      inputJson: MESSAGE,
      seed: { timeMs: 0, random: 'r' },
      mode: 'auto',
    });
  for (const width of [1, 64, 256]) {
    const latencies = [];
    const calls = 20_000;
    let left = calls + 2_000;
    let startedAt = 0;
    let cpu = process.threadCpuUsage();
    const client = async () => {
      while (left-- > 0) {
        if (left === calls) [startedAt, cpu] = [performance.now(), process.threadCpuUsage()];
        const sentAt = performance.now();
        await call();
        if (left < calls) latencies.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: width }, client));
    const elapsedMs = performance.now() - startedAt;
    const { user, system } = process.threadCpuUsage(cpu);
    report(`whole path, ${width} at once`, latencies);
    console.log(
      `${''.padEnd(26)} ${us(elapsedMs / calls)} µs a call · main thread ${((user + system) / calls).toFixed(1)} µs a call`,
    );
  }
  await sandbox.onApplicationShutdown();
}

function report(name, times) {
  const sorted = times.toSorted((a, b) => a - b);
  console.log(
    `${name.padEnd(26)} median ${us(quantile(sorted, 0.5)).padStart(8)} µs · p99 ${us(quantile(sorted, 0.99)).padStart(8)} µs`,
  );
}

function us(ms) {
  return (ms * 1000).toFixed(1);
}

console.log(`${MESSAGE.length} bytes, ${ROUNDS} rounds`);
compareWays();
await measureWholePath();
