import { describe, expect, it } from '@jest/globals';
import { maxMessages, telemetryIn } from './telemetry-body.rules.js';

const nowMs = Date.UTC(2026, 10, 21, 9);
const read = (body: unknown) =>
  telemetryIn(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), nowMs).map(
    ({ timeMs, body: readings, error }) => ({ timeMs, readings: JSON.parse(readings.toString()) as unknown, error }),
  );

describe('telemetryIn', () => {
  it('takes readings of now', () => {
    const readings = { temperature: 21.5, on: true, name: 'x', more: { a: [1] } };
    expect(read(readings)).toEqual([{ timeMs: nowMs, readings, error: null }]);
  });

  it('keeps the bytes of a bare object as they came', () => {
    const bytes = Buffer.from('{ "big": 12345678901234567890 }');
    expect(telemetryIn(bytes, nowMs)[0]?.body).toBe(bytes);
  });

  it('takes readings with their time, and lists of either kind', () => {
    const timeMs = nowMs - 60_000;
    expect(read({ ts: timeMs, values: { a: 1 } })).toEqual([{ timeMs, readings: { a: 1 }, error: null }]);
    expect(read([{ ts: timeMs, values: { a: 1 } }, { b: 2 }])).toEqual([
      { timeMs, readings: { a: 1 }, error: null },
      { timeMs: nowMs, readings: { b: 2 }, error: null },
    ]);
    expect(read([])).toEqual([]);
  });

  it('takes `ts` alone, or `values` alone, for readings', () => {
    expect(read({ ts: 5 })).toEqual([{ timeMs: nowMs, readings: { ts: 5 }, error: null }]);
    expect(read({ values: 5 })).toEqual([{ timeMs: nowMs, readings: { values: 5 }, error: null }]);
  });

  it('takes a time of digits, and one with a fraction', () => {
    expect(read({ ts: String(nowMs - 1), values: {} })[0]?.timeMs).toBe(nowMs - 1);
    expect(read({ ts: nowMs - 1.5, values: {} })[0]?.timeMs).toBe(nowMs - 2);
  });

  it.each([0, -1, 1_700_000_000, nowMs + 3_600_000, 1e300])('does not believe the time %d, and says so', (ts) => {
    const [message] = read({ ts, values: { a: 1 } });
    expect(message).toMatchObject({ timeMs: nowMs, readings: { a: 1 }, error: { code: 'event.mended' } });
  });

  it('replaces what cannot be stored, and says where', () => {
    const [message] = read('[{"ts":1763715600000,"values":{"a":1e999,"b":"\\u0000"}}]');
    expect(message).toMatchObject({
      readings: { a: null, b: '\ufffd' },
      error: { code: 'event.mended', faults: [{ path: 'a' }, { path: 'b' }] },
    });
  });

  it('is not brought down by a tower of brackets', () => {
    const tower = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    expect(() => telemetryIn(Buffer.from(`{"ts":1,"values":${tower}}`), nowMs)).not.toThrow(RangeError);
  });

  it.each([
    'text',
    '',
    '5',
    'null',
    '"text"',
    '[5]',
    '[[{}]]',
    '[{"a":1},null]',
    '{"ts":1,"values":5}',
    '{"ts":1,"values":[]}',
    '{"ts":"soon","values":{}}',
    '{"ts":null,"values":{}}',
  ])('refuses %j', (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'device_message.invalid' }));
  });

  it('refuses more than is stored at once', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ a: 1 }));
    expect(read(many(maxMessages))).toHaveLength(maxMessages);
    expect(() => read(many(maxMessages + 1))).toThrow(expect.objectContaining({ kind: 'too_large' }));
  });
});
