import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dictionaryV1 } from './dictionary-v1.js';
import { pack, unpack } from './packed.js';

describe('packed bodies', () => {
  it('come back as they were, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => {
        expect(unpack(pack(Buffer.from(bytes))).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('never grow by more than the tag', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => {
        expect(pack(Buffer.from(bytes)).length).toBeLessThanOrEqual(bytes.length + 1);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['much of the same', 'ab'.repeat(10_000)],
    [
      'what the dictionary knows',
      '"deviceInfo":{"tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"ChirpStack"',
    ],
    ['its end alone', `${'x'.repeat(200)}"regionConfigId":"eu868"}`],
    ['as much as fits', JSON.stringify(Array.from({ length: 6_000 }, (_, n) => n)).slice(0, 32_768)],
    ['more than that', JSON.stringify(Array.from({ length: 9_000 }, (_, n) => n))],
  ])('come back: %s', (_, text) => {
    const packed = pack(text);
    expect(unpack(packed).toString()).toBe(text);
    expect(packed.length).toBeLessThanOrEqual(text.length + 1);
  });

  it('come back one after another: nothing of one is in the next', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 60 }), { maxLength: 20 }), (texts) => {
        const packed = texts.map((text) => pack(text));
        expect(packed.map((bytes) => unpack(bytes).toString())).toEqual(texts);
      }),
    );
  });

  it('of a release that deflated all of them are read', () => {
    const deflated = deflateRawSync('{"deviceInfo":{"tenantId":"x"}}', { dictionary: Buffer.from(dictionaryV1) });
    expect(unpack(Buffer.concat([Buffer.from([1]), deflated])).toString()).toBe('{"deviceInfo":{"tenantId":"x"}}');
  });

  it('refuse what a newer release wrote', () => {
    expect(() => unpack(Buffer.from([9, 1, 2]))).toThrow('tag 9');
  });
});
