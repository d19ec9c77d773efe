import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
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

  it('refuse what a newer release wrote', () => {
    expect(() => unpack(Buffer.from([9, 1, 2]))).toThrow('tag 9');
  });
});
