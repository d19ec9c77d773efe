import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SandboxLab } from './testing/sandbox-lab.js';

const lab = new SandboxLab();
afterAll(async () => lab.close());

/** Says which marks of earlier calls it finds, then leaves marks wherever a program can leave anything. */
const MARKING = `
let counter = 0;
const kept = { n: 0 };
var leftByVar;
class Holder { static mark; }
const pattern = /a/g;
const templates = new Set();
const tag = (strings) => strings;
const weak = new WeakMap();
let weakRef;
const hidden = [
  Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype, Boolean.prototype, Symbol.prototype, BigInt.prototype,
  Date.prototype, RegExp.prototype, Error.prototype, TypeError.prototype, Promise.prototype, Map.prototype, Set.prototype, WeakMap.prototype,
  ArrayBuffer.prototype, DataView.prototype, Iterator.prototype, Buffer.prototype, TextDecoder.prototype,
  Object.getPrototypeOf(Uint8Array), Object.getPrototypeOf(Uint8Array.prototype), Object.getPrototypeOf(globalThis),
  Object.getPrototypeOf(function* () {}), Object.getPrototypeOf(function* () {}).prototype, Object.getPrototypeOf(async () => {}),
  Object.getPrototypeOf(async function* () {}), Object.getPrototypeOf([][Symbol.iterator]()), Object.getPrototypeOf(''[Symbol.iterator]()),
  Object.getPrototypeOf(new Map().entries()), Object.getPrototypeOf(new Set().values()), Object.getPrototypeOf('a'.matchAll(/a/g)),
  Object.getPrototypeOf([].values().map((x) => x)), Object.getPrototypeOf(Iterator.from({ next() {} })),
  Object, Array, Function, String, Math, JSON, Reflect, Promise, Symbol, Error, RegExp, Date, Proxy, Buffer, TextEncoder,
  console, console.log, console.error, Math.random, Array.prototype.map, Object.getOwnPropertyDescriptor(Map.prototype, 'size').get,
  Object.getOwnPropertyDescriptor(RegExp.prototype, 'flags').get, Reflect.apply, eval, parseInt,
];
function mark(message) {
  const found = [];
  const see = (name, isThere) => { if (isThere) found.push(name); };
  see('let', counter++ !== 0);
  see('const object', kept.n++ !== 0);
  see('var', leftByVar !== undefined);
  see('static', Holder.mark !== undefined);
  see('lastIndex', pattern.lastIndex !== 0);
  see('function property', mark.calls !== undefined);
  see('implicit global', typeof implicit !== 'undefined');
  see('global', globalThis.left !== undefined);
  see('deleted', typeof Array.prototype.flatMap !== 'function' || typeof Math.hypot !== 'function');
  see('replaced', JSON.parse.name !== 'parse' || Date.name !== 'Date' || typeof structuredTruth !== 'undefined');
  see('stack', Error.stackTraceLimit === 77 || Error.prepareStackTrace !== undefined);
  see('template', templates.size !== 0);
  see('weak', weakRef !== undefined || weak.has(hidden));
  see('symbol', Object.getOwnPropertySymbols(Object.prototype).length !== 0 || Symbol.for('left').mark !== undefined);
  see('legacy regexp', RegExp.$1 !== undefined && RegExp.$1 !== '');
  see('prototype of the global object', Object.getPrototypeOf(globalThis) !== Object.prototype);
  hidden.forEach((object, at) => see('mark ' + at, Object.hasOwn(object, 'mark') || !Object.isExtensible(object)));
  see('random', Math.random() !== message.data.random && message.data.random !== undefined);

  leftByVar = Holder.mark = mark.calls = globalThis.left = 1;
  implicit = 1;
  pattern.test('aa');
  /(left)/.test('left');
  templates.add(tag\`x\`);
  weakRef = new WeakRef({});
  weak.set(hidden, 1);
  new FinalizationRegistry(() => { globalThis.left = 2 }).register({}, 1);
  Object.prototype[Symbol.for('left')] = 1;
  Error.stackTraceLimit = 77;
  Error.prepareStackTrace = () => 'left';
  Promise.resolve().then(() => { globalThis.left = 3; console.log('left'); });
  hidden.forEach((object, at) => {
    try { object.mark = 1 } catch {}
    if (at % 3 === 0) Object.preventExtensions(object);
  });
  delete Array.prototype.flatMap;
  Math.hypot = undefined;
  JSON.parse = function left() { return { data: {} } };
  Date = class Left {};
  globalThis.structuredTruth = 1;
  try { Object.setPrototypeOf(globalThis, { left: 1 }) } catch {}
  return { found, random: Math.random() };
}`;

describe('No state from one call to the next, nor between tenants', () => {
  it('is observed in 2,000 alternating calls of two tenants that leave marks everywhere', async () => {
    const calls = Array.from({ length: 2_000 }, async (_, n) =>
      lab.answer(`${MARKING}\n// ${n % 4}`, {
        tenantId: n % 2 === 0 ? 'a' : 'b',
        inputJson: '{"data":{}}',
        seed: { timeMs: n, random: 'same' },
      }),
    );
    const answers = await Promise.all(calls);
    const seen = new Set(answers.map((answer) => JSON.stringify(answer)));
    expect([...seen].map((json) => JSON.parse(json) as unknown)).toEqual([{ found: [], random: expect.any(Number) }]);
  });

  it('would be observed: the marks are found within one call', async () => {
    const twice =
      MARKING.replace('function mark(', 'function once(') + '\nfunction process(m) { once(m); return once(m) }';
    const { found } = (await lab.answer(twice.replaceAll('mark.calls', 'once.calls'), {
      inputJson: '{"data":{}}',
    })) as { found: string[] };
    expect(found.length).toBeGreaterThan(60);
  });

  it('is left by a call that was ended in the middle', async () => {
    const code =
      'let n = 0; function f(m) { Array.prototype.left = ++n; if (m.data.loop) for (;;); return [n, [].left] }';
    expect((await lab.call(code, { inputJson: '{"data":{"loop":true}}' })).error?.code).toBe('sandbox.timeout');
    expect(await lab.answer(code, { inputJson: '{"data":{}}' })).toEqual({ data: [1, 1] });
  });
});

describe('The binary', () => {
  it('has one mutable global, the stack pointer: memory and that are all its state', () => {
    const bytes = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
    expect(mutableGlobals(bytes)).toBe(1);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
    expect(imports.filter(({ kind }) => kind !== 'function')).toEqual([]);
  });
});

/** Reads the sixth section of a WebAssembly binary. */
function mutableGlobals(bytes: Buffer): number {
  const GLOBAL_SECTION = 6;
  let at = 8;
  const unsigned = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = unsigned() + at;
    if (section === GLOBAL_SECTION) {
      let mutable = 0;
      for (let count = unsigned(); count > 0; count--) {
        at++; // its type
        mutable += bytes[at++] ?? 0;
        while (bytes[at++] !== 0x0b); // to the end of its initial value
      }
      return mutable;
    }
    at = end;
  }
  return 0;
}
