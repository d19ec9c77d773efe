import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, describe, expect, it } from '@jest/globals';
import { markingProgram } from './testing/marking-program.js';
import { SandboxLab } from './testing/sandbox-lab.js';

const lab = new SandboxLab();
afterAll(async () => lab.close());

describe('No state from one call to the next, nor between tenants', () => {
  it('is observed in 2,000 alternating calls of two tenants that leave marks everywhere', async () => {
    const calls = Array.from({ length: 2_000 }, async (_, n) =>
      lab.answer(`${markingProgram}\n// ${n % 4}`, {
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
      markingProgram.replace('function mark(', 'function once(') + '\nfunction process(m) { once(m); return once(m) }';
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
