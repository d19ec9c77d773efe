import { describe, expect, it } from '@jest/globals';
import { sanitiseJson } from './sanitise-json.js';

describe('sanitiseJson', () => {
  it('leaves clean values as the very same object', () => {
    const clean = { object: { temperature: 21.5, tags: ['a', null, true] } };
    expect(sanitiseJson(clean)).toEqual({ value: clean, faults: [] });
    expect(sanitiseJson(clean).value).toBe(clean);
  });

  it('replaces a NUL, a lone surrogate and a number that is not finite, and says where', () => {
    const { value, faults } = sanitiseJson(JSON.parse('{"a":{"b":"x\\u0000y"},"c":["\\ud800"],"d":1e200000}'));
    expect(value).toEqual({ a: { b: 'x\ufffdy' }, c: ['\ufffd'], d: null });
    expect(faults).toEqual([
      { code: 'json.nul_character', path: 'a.b' },
      { code: 'json.lone_surrogate', path: 'c.0' },
      { code: 'json.not_finite', path: 'd' },
    ]);
  });

  it('cleans keys too', () => {
    expect(sanitiseJson(JSON.parse('{"\\u0000k":1}')).value).toEqual({ '\ufffdk': 1 });
  });

  it('cuts a tower of brackets instead of overflowing the stack', () => {
    const tower: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
    const { value, faults } = sanitiseJson({ object: tower });
    expect(faults.map((fault) => fault.code)).toEqual(['json.too_deep']);
    expect(JSON.stringify(value).length).toBeLessThan(400);
  });
});
