import { describe, expect, it } from '@jest/globals';
import { diffOf } from './config-diff.rules.js';

describe('diffOf', () => {
  it('finds nothing between equals, in whatever order their keys stand', () => {
    expect(diffOf({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([]);
    expect(diffOf(null, null)).toEqual([]);
  });

  it('names what came, what went and what changed, however deep', () => {
    const before = { name: 'a', wifi: { ssid: 'x', 'a/b~c': 1 }, pins: [1, 2, 3], mode: [1] };
    const after = { name: 'b', wifi: { ssid: 'x', psk: 'y' }, pins: [1, 5], mode: {} };
    expect(diffOf(before, after)).toEqual([
      { op: 'replace', path: '/name', before: 'a', after: 'b' },
      { op: 'remove', path: '/wifi/a~1b~0c', before: 1 },
      { op: 'add', path: '/wifi/psk', after: 'y' },
      { op: 'replace', path: '/pins/1', before: 2, after: 5 },
      { op: 'remove', path: '/pins/2', before: 3 },
      { op: 'replace', path: '/mode', before: [1], after: {} },
    ]);
  });

  it('takes what is not there for an empty place, but null for a value', () => {
    expect(diffOf(null, { a: 1 })).toEqual([{ op: 'add', path: '', after: { a: 1 } }]);
    expect(diffOf({ a: 1 }, null)).toEqual([{ op: 'remove', path: '', before: { a: 1 } }]);
    expect(diffOf({ a: null }, { a: 0 })).toEqual([{ op: 'replace', path: '/a', before: null, after: 0 }]);
  });
});
