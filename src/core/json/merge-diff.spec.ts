import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSameJson, mergeDiff, missingFrom } from './merge-diff.js';
import { mergePatch } from './merge-patch.js';

/** As merging leaves documents: no member is null. Keys are few, so that they meet. */
const documents = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(0, -0, 1, 2.5, '', 'a', true, false),
    fc.array(fc.oneof(fc.constant(null), tie('value')), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', ''), tie('value'), { maxKeys: 4 }),
})).object;

describe('mergeDiff', () => {
  it('is the patch that makes one of the other, whatever they are', () => {
    fc.assert(
      fc.property(documents, documents, (from, to) => {
        const patch = mergeDiff(from, to);
        expect(isSameJson(patch === undefined ? from : mergePatch(from, patch), to)).toBe(true);
        expect(patch === undefined).toBe(isSameJson(from, to));
      }),
    );
  });

  it('names what changed and nothing else', () => {
    const from = { fw: { version: '1.0', ok: true }, gone: 1, list: [1, 2] };
    const to = { fw: { version: '1.1', ok: true }, list: [1, 3], added: {} };
    expect(mergeDiff(from, to)).toEqual({ gone: null, fw: { version: '1.1' }, list: [1, 3], added: {} });
  });

  it('finds no change in another order of keys', () => {
    expect(mergeDiff({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBeUndefined();
  });
});

describe('missingFrom', () => {
  it('leaves nothing to do for who merges it in', () => {
    fc.assert(
      fc.property(documents, documents, (present, wanted) => {
        const missing = missingFrom(present, wanted);
        const done = missing === undefined ? present : mergePatch(present, missing);
        expect(missingFrom(done, wanted)).toBeUndefined();
      }),
    );
  });

  it('does not mind what is there besides', () => {
    const present = { interval: 60, uptime: 7, wifi: { ssid: 'a', rssi: -60 } };
    expect(missingFrom(present, { interval: 30, wifi: { ssid: 'a' } })).toEqual({ interval: 30 });
    expect(missingFrom(present, { wifi: { ssid: 'a' } })).toBeUndefined();
    expect(missingFrom({}, { wifi: {} })).toEqual({ wifi: {} });
  });

  it('takes a list as a whole, and minds no more in its items than elsewhere', () => {
    const wanted = { services: [{ name: 'a', image: 'a:2' }] };
    expect(missingFrom({ services: [{ name: 'a', image: 'a:2', status: 'running' }] }, wanted)).toBeUndefined();
    expect(missingFrom({ services: [{ name: 'a', image: 'a:1', status: 'running' }] }, wanted)).toEqual(wanted);
    expect(missingFrom({ services: [...wanted.services, { name: 'b' }] }, wanted)).toEqual(wanted);
  });
});
