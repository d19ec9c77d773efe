import { afterAll, describe, expect, it } from '@jest/globals';
import { SandboxClosed } from './sandbox-closed.error.js';
import { AN_ENVELOPE, SandboxLab } from './testing/sandbox-lab.js';

const lab = new SandboxLab();
afterAll(async () => lab.close());

describe('Which function is called', () => {
  it.each([
    [
      'decodeUplink before all others',
      'function process() { return 2 }\nfunction decodeUplink() { return { data: { called: 1 } } }',
      { called: 1 },
    ],
    [
      'processData',
      'function last() {}\nfunction processData() { return { data: { called: 1 } } }\nfunction later() {}',
      { called: 1 },
    ],
    ['decoder', 'const decoder = (m) => ({ data: { called: 1 } });\nfunction later() {}', { called: 1 }],
    [
      'the last one declared',
      'function first() {}\nconst second = async (m) => ({ data: { called: 1 } });\nconst table = { a() {} };',
      { called: 1 },
    ],
    ['a function that is the last expression', '(m) => ({ data: { called: 1 } })', { called: 1 }],
    [
      'a body with a top-level return',
      'const t = data.data.temperature;\nreturn { data: { t, same: input === msg && payload === message } };',
      { t: 20, same: true },
    ],
    ['a body that awaits', 'const t = await Promise.resolve(1);\nreturn { data: { t } };', { t: 1 }],
    [
      'the old Decoder(bytes, port), wherever it stands',
      'function Decoder(bytes, port) { return { port, sum: add(bytes) } }\nfunction add(b) { return b[0] + b[1] }',
      { port: 2, sum: 3 },
    ],
    [
      'the old Decode(fPort, bytes)',
      'function Decode(fPort, bytes) { return { fPort, length: bytes.length } }',
      { fPort: 2, length: 4 },
    ],
  ])('calls %s', async (_name, code, data) => {
    expect(await lab.answer(code)).toMatchObject({ data });
  });

  it('finds only codecs in codec mode', async () => {
    const codec =
      'function decodeUplink(input) { return { data: { port: input.fPort } } }\nfunction process() { return { wrong: 1 } }';
    expect(await lab.answer(codec, { mode: 'codec' })).toEqual({ ...AN_ENVELOPE, data: { port: 2 } });
    const { error } = await lab.call('function process(m) { return m }', { mode: 'codec' });
    expect(error?.code).toBe('sandbox.no_function');
  });

  it('says so when there is nothing to call', async () => {
    expect((await lab.call('const answer = 42;')).error?.code).toBe('sandbox.no_function');
    expect((await lab.call('class Decoders {}')).error?.code).toBe('sandbox.no_function');
  });
});

describe('The envelope inside', () => {
  it('runs the example of document 001 unchanged', async () => {
    const example = `function processTemperature(data) {
  // Convert Celsius to Fahrenheit
  if (data.data.temperature) {
    data.data.temperatureF = (data.data.temperature * 9) / 5 + 32;
  }
  return data;
}`;
    expect(await lab.answer(example)).toEqual({ ...AN_ENVELOPE, data: { temperature: 20, temperatureF: 68 } });
  });

  it('gives camelCase twins at any depth, which no JSON shows', async () => {
    const code = `(m) => [m.fPort, m.fCnt, m.receivedAt, m.deduplicationId, m.device.devEui, m.deviceInfo.deviceName, m.rxInfo[0].gatewayId,
      m.rx_info[0].location.sourceType, m.txInfo.modulation.lora.spreadingFactor, m.object === m.data, JSON.stringify(m) === JSON.stringify({ ...m })]`;
    expect(await lab.answer(code)).toEqual({
      data: [
        2,
        7,
        AN_ENVELOPE.received_at,
        AN_ENVELOPE.deduplication_id,
        'a84041ffff1234ab',
        'Room 12',
        '0016c001f153a14c',
        'gps',
        7,
        true,
        true,
      ],
    });
  });

  it('takes an assignment to a second name as one to the first', async () => {
    expect(await lab.answer('(m) => { m.object = { a: 1 }; m.fPort = 9; m.device.devEui = "x"; return m }')).toEqual({
      ...AN_ENVELOPE,
      data: { a: 1 },
      f_port: 9,
      device: { ...AN_ENVELOPE.device, dev_eui: 'x' },
    });
  });

  it('gives decodeUplink bytes, port and time', async () => {
    const code =
      'function decodeUplink({ bytes, fPort, recvTime, variables }) { return { data: { bytes, fPort, at: recvTime.getTime(), variables } } }';
    const data = {
      bytes: [1, 2, 255, 254],
      fPort: 2,
      at: Date.parse(AN_ENVELOPE.received_at),
      variables: { floor: '3' },
    };
    expect(await lab.answer(code)).toEqual({ ...AN_ENVELOPE, data });
  });

  it('refuses an input that is no JSON object', async () => {
    expect((await lab.call('(m) => m', { inputJson: '{' })).error?.code).toBe('sandbox.not_json');
    expect((await lab.call('(m) => m', { inputJson: '[]' })).error?.code).toBe('sandbox.not_json');
  });
});

describe('The answer', () => {
  it.each([
    ['null', 'null'],
    ['undefined', 'undefined'],
    ['a promise of nothing', 'Promise.resolve()'],
  ])('is filtered for %s', async (_name, value) => {
    expect(await lab.call(`() => ${value}`)).toMatchObject({ status: 'filtered', outputJson: null, error: null });
  });

  it.each([
    ['a number', '7', '{"data":7}'],
    ['zero', '0', '{"data":0}'],
    ['false', 'false', '{"data":false}'],
    ['a text', '"x"', '{"data":"x"}'],
    ['an array', '[1,[2]]', '{"data":[1,[2]]}'],
    ['a date', 'new Date(0)', '{"data":"1970-01-01T00:00:00.000Z"}'],
    ['what JSON drops', '({ a: undefined, b() {}, c: Symbol(), d: [undefined] })', '{"d":[null]}'],
    ['what is no number', '({ a: NaN, b: 1e400, c: -Infinity })', '{"a":null,"b":null,"c":null}'],
    [
      'text that cannot be stored',
      '({ "k\\0": "a\\0b\\ud800c\\udc00", ok: "\\ud83d\\ude00 \\\\u0000" })',
      '{"k\uFFFD":"a\uFFFDb\uFFFDc\uFFFD","ok":"\u{1F600} \\\\u0000"}',
    ],
  ])('of %s becomes a message', async (_name, value, json) => {
    expect(await lab.call(`() => ${value}`)).toMatchObject({ status: 'success', outputJson: json, error: null });
  });

  it.each([
    ['a cycle', 'const a = {}; a.a = a; return a', 'sandbox.not_json'],
    ['a BigInt', 'return { n: 1n }', 'sandbox.not_json'],
    ['a function', 'return () => 1', 'sandbox.not_json'],
    ['a toJSON that throws', 'return { toJSON() { throw new Error("no") } }', 'sandbox.not_json'],
    ['101 levels', 'let d = {}; for (let n = 0; n < 100; n++) d = [d]; return { d }', 'sandbox.too_deep'],
    ['262,145 bytes', 'return "x".repeat(262_145 - 10)', 'sandbox.output_too_large'],
  ])('of %s is an error', async (_name, body, code) => {
    expect(await lab.call(body)).toMatchObject({ status: 'error', outputJson: null, error: { code } });
  });

  it('may have 100 levels and 256 KiB', async () => {
    expect((await lab.call('let d = {}; for (let n = 0; n < 98; n++) d = [d]; return { d }')).status).toBe('success');
    expect((await lab.call('return "x".repeat(262_144 - 11)')).outputJson).toHaveLength(262_144);
  });

  it("reports a codec's errors, and its warnings as log lines", async () => {
    const code =
      'function decodeUplink() { return { data: { a: 1 }, warnings: ["low battery"], errors: ["bad length", "bad crc"] } }';
    expect(await lab.call(code)).toMatchObject({
      status: 'error',
      error: { code: 'codec.errors', message: 'bad length; bad crc' },
      logs: [{ level: 'warn', message: 'low battery' }],
    });
  });
});

describe('Errors', () => {
  it.each([
    [
      'a thrown error',
      'function f(m) {\n  const o = {};\n  return o.a.b;\n}',
      { code: 'sandbox.threw', line: 3, column: 10 },
    ],
    [
      'an error behind an await',
      'async function f() {\n  await null;\n  throw new RangeError("far");\n}',
      { code: 'sandbox.threw', message: 'RangeError: far', line: 3 },
    ],
    ['an error at the top', 'const a = 1;\na.b.c;\nfunction f() {}', { code: 'sandbox.threw', line: 2 }],
    ['a syntax error', 'function f() {\n  const = 1;\n}', { code: 'sandbox.syntax_error', line: 2 }],
    [
      'a syntax error behind a top-level return',
      'if (data) return 1;\nlet a = ;',
      { code: 'sandbox.syntax_error', line: 2 },
    ],
    ['an error in the first line of a body', 'return data.a.b', { code: 'sandbox.threw', line: 1, column: 8 }],
    [
      'something else thrown',
      'function f() { throw { reason: 1 } }',
      { code: 'sandbox.threw', message: 'thrown: {"reason":1}' },
    ],
  ])('name the place of %s', async (_name, code, error) => {
    expect((await lab.call(code)).error).toMatchObject(error);
  });

  it('refuse sources and messages that are too large before anything runs', async () => {
    expect((await lab.call(`//${'x'.repeat(65_535)}`)).error?.code).toBe('sandbox.code_too_large');
    expect((await lab.call(`//${'ä'.repeat(32_768)}`)).error?.code).toBe('sandbox.code_too_large');
    const inputJson = JSON.stringify({ data: 'x'.repeat(262_144) });
    expect((await lab.call('(m) => m', { inputJson })).error?.code).toBe('sandbox.input_too_large');
  });

  it('explain a promise that can never settle', async () => {
    const { error } = await lab.call('() => new Promise(() => {})');
    expect(error).toMatchObject({ code: 'sandbox.timeout' });
    expect(error?.message).toContain('never settle');
  });
});

describe('check', () => {
  it('accepts what can be called, and says where it cannot be read', async () => {
    expect(await lab.sandbox.check('function f() {}')).toEqual({ ok: true });
    expect(await lab.sandbox.check('return 1')).toEqual({ ok: true });
    expect(await lab.sandbox.check('function f( {')).toMatchObject({
      ok: false,
      code: 'sandbox.syntax_error',
      line: 1,
    });
    expect(await lab.sandbox.check('1 + 1')).toMatchObject({ ok: false, code: 'sandbox.no_function' });
    expect(await lab.sandbox.check('for (;;);')).toMatchObject({ ok: false, code: 'sandbox.timeout' });
    expect(await lab.sandbox.check('x'.repeat(65_537))).toMatchObject({ ok: false, code: 'sandbox.code_too_large' });
  });
});

describe('The world inside', () => {
  it('has the clock and the random numbers of the seed, so that a repeated call answers the same', async () => {
    const code =
      'function f() { return [Date.now(), new Date().toISOString(), new Date().getTimezoneOffset(), Math.random(), Math.random()] }';
    const first = (await lab.answer(code)) as { data: number[] };
    expect(first.data.slice(0, 3)).toEqual([Date.UTC(2026, 10, 20, 12), '2026-11-20T12:00:00.000Z', 0]);
    expect(await lab.answer(code)).toEqual(first);
    const other = (await lab.answer(code, { seed: { timeMs: 0, random: 'another' } })) as { data: number[] };
    expect(other.data[0]).toBe(0);
    expect(other.data[3]).not.toBe(first.data[3]);
  });

  it('has them also in a source that asks while it is loaded', async () => {
    const code = 'const at = Date.now(); const r = Math.random(); function f() { return [at, r] }';
    const [one, two, again] = [
      await lab.answer(code, { seed: { timeMs: 1000, random: 'a' } }),
      await lab.answer(code, { seed: { timeMs: 2000, random: 'b' } }),
      await lab.answer(code, { seed: { timeMs: 1000, random: 'a' } }),
    ];
    expect(two).toMatchObject({ data: [2000, expect.anything()] });
    expect(one).not.toEqual(two);
    expect(again).toEqual(one);
  });

  it('keeps a hundred lines of a kilobyte of the console, those of loading too', async () => {
    const code =
      'console.info("loaded"); function f() { console.warn("w", { a: 1 }, [2]); console.error(new TypeError("t")); for (let n = 0; n < 200; n++) console.log("ä".repeat(2000)); return null }';
    for (const attempt of ['cold', 'warm']) {
      const { logs } = await lab.call(code, { functionKey: `console ${attempt}` });
      expect(logs).toHaveLength(100);
      expect(logs.slice(0, 3)).toEqual([
        { level: 'log', message: 'loaded' },
        { level: 'warn', message: 'w {"a":1} [2]' },
        { level: 'error', message: 'TypeError: t' },
      ]);
      expect(Buffer.byteLength(logs[99]?.message ?? '')).toBe(1024);
    }
  });

  it('keeps the log of a call that fails', async () => {
    const { logs } = await lab.call('function f() { console.log("before"); for (;;); }');
    expect(logs).toEqual([{ level: 'log', message: 'before' }]);
  });

  it('lets innocent code override what objects inherit', async () => {
    const code = `'use strict';
      function Point(x) { this.x = x; this.toString = () => 'point ' + this.x; }
      function f() { const o = {}; o.constructor = 1; o.valueOf = () => 3; const a = []; a.map = 5; return [String(new Point(2)), o + 1, a.map] }`;
    expect(await lab.answer(code)).toEqual({ data: ['point 2', 4, 5] });
  });
});

describe('Limits', () => {
  it('end a call that polls after 100 ms of processor time, and one that does not after 500 ms', async () => {
    const [polls, never] = await Promise.all([
      lab.call('function f() { for (;;); }'),
      lab.call('function f() { return "a".repeat(4e6).indexOf("a".repeat(2e6) + "b") }'),
    ]);
    expect(polls.error?.code).toBe('sandbox.timeout');
    expect(never.error).toEqual({ code: 'sandbox.timeout', message: 'the call was killed after 500 ms' });
  });

  it('lose none of the calls that wait behind one that is killed', async () => {
    const killed = lab.call('function f() { return "a".repeat(4e6).indexOf("a".repeat(2e6) + "c") }');
    const others = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => lab.answer(`() => ${n % 7}`, { functionKey: `behind ${n % 7}` })),
    );
    expect(others).toEqual(Array.from({ length: 200 }, (_, n) => ({ data: n % 7 })));
    expect((await killed).error?.code).toBe('sandbox.timeout');
  });

  it('leave a function in its place when a large message made the memory grow', async () => {
    const inputJson = JSON.stringify({ data: Array.from({ length: 20_000 }, (_, n) => n) });
    for (let n = 0; n < 3; n++) {
      expect(await lab.answer('(m) => m.data.length', { inputJson, functionKey: 'large' })).toEqual({ data: 20_000 });
      expect(await lab.answer('(m) => m.data.length', { inputJson: '{"data":[1]}', functionKey: 'large' })).toEqual({
        data: 1,
      });
    }
  });

  it('quarantine a function that hits them five times in a row', async () => {
    let nowMs = 0;
    const own = new SandboxLab({ cpuMs: 5, softWallMs: 20, now: () => nowMs });
    const loops = {
      functionKey: 'f:1',
      code: 'function f(m) { if (m.data.loop) for (;;); return { ran: true } }',
      inputJson: '{"data":{"loop":true}}',
    };
    try {
      const codes: (string | undefined)[] = [];
      for (let n = 0; n < 6; n++) codes.push((await own.call('', loops)).error?.code);
      expect(codes).toEqual([...Array<string>(5).fill('sandbox.timeout'), 'sandbox.quarantined']);
      expect(await own.answer('() => 1')).toEqual({ data: 1 });

      nowMs = 59_999;
      expect((await own.call('', { ...loops, inputJson: '{"data":{}}' })).error?.code).toBe('sandbox.quarantined');
      nowMs = 60_000;
      expect(await own.answer('', { ...loops, inputJson: '{"data":{}}' })).toEqual({ ran: true });
    } finally {
      await own.close();
    }
  });

  it('quarantine also stops the calls that were waiting already', async () => {
    const own = new SandboxLab();
    try {
      const results = await Promise.all(Array.from({ length: 60 }, async () => own.call('function f() { for (;;); }')));
      expect(results.filter(({ error }) => error?.code === 'sandbox.quarantined').length).toBeGreaterThan(40);
    } finally {
      await own.close();
    }
  });
});

describe('Many functions', () => {
  it('run in turn, more of them than there are warm places', async () => {
    const keys = Array.from({ length: 150 }, (_, n) => n);
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        keys.map(async (n) => lab.answer(`let n = ${n}; () => n++`, { tenantId: `tenant ${n % 3}` })),
      );
      expect(answers).toEqual(keys.map((n) => ({ data: n })));
    }
  });
});

describe('Shutting down', () => {
  it('rejects what waits and what comes', async () => {
    const own = new SandboxLab();
    const waiting = own.call('() => 1');
    const closed = own.close();
    await expect(waiting).rejects.toThrow(SandboxClosed);
    await closed;
    await expect(own.call('() => 1')).rejects.toThrow(SandboxClosed);
  });
});
