import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitted } from './fit.rules.js';

describe('fitting a picture into a box', () => {
  it.each([
    ['no box', { width: 300, height: 200 }, {}, { width: 300, height: 200 }],
    ['a box that it fills', { width: 300, height: 200 }, { width: 300, height: 200 }, { width: 300, height: 200 }],
    ['a larger box: it is not enlarged', { width: 3, height: 2 }, { width: 300, height: 200 }, { width: 3, height: 2 }],
    ['a width', { width: 300, height: 200 }, { width: 150 }, { width: 150, height: 100 }],
    ['a height', { width: 300, height: 200 }, { height: 50 }, { width: 75, height: 50 }],
    ['a box that is too narrow', { width: 300, height: 200 }, { width: 30, height: 100 }, { width: 30, height: 20 }],
    ['a box that is too low', { width: 300, height: 200 }, { width: 290, height: 20 }, { width: 30, height: 20 }],
    ['a width that leaves a fraction', { width: 300, height: 200 }, { width: 100 }, { width: 100, height: 66 }],
    ['a width that leaves nothing', { width: 300, height: 2 }, { width: 10 }, { width: 10, height: 1 }],
  ])('by %s', (_, size, box, expected) => {
    expect(fitted(size, box)).toEqual(expected);
  });

  it('stays inside, never grows, and touches a side of the box when it shrinks', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, side, side, (width, height, maxWidth, maxHeight) => {
        const size = fitted({ width, height }, { width: maxWidth, height: maxHeight });
        expect(size.width).toBeLessThanOrEqual(Math.min(width, maxWidth));
        expect(size.height).toBeLessThanOrEqual(Math.min(height, maxHeight));
        expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
        const isUnchanged = size.width === width && size.height === height;
        expect(isUnchanged || size.width === maxWidth || size.height === maxHeight).toBe(true);
      }),
    );
  });
});
