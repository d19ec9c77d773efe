import { describe, expect, it } from '@jest/globals';
import { namesTag, rangeHolds, rangeOf } from './byte-range.rules.js';

describe('rangeOf', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=90-200', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=99-99', { start: 99, end: 99 }],
    ['Bytes = 1-2', { start: 1, end: 2 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-3', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
    [undefined, 'whole'],
  ])('makes of %j of a hundred bytes %j', (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range);
  });

  it('finds nothing in an empty file', () => {
    expect(['bytes=0-', 'bytes=-1'].map((header) => rangeOf(header, 0))).toEqual(['unsatisfiable', 'unsatisfiable']);
  });
});

describe('namesTag', () => {
  it('compares weakly, and takes a star for any', () => {
    expect(['"a"', 'W/"a"', '"b", W/"a"', '*'].map((header) => namesTag(header, '"a"'))).toEqual(Array(4).fill(true));
    expect(['"b"', 'a', '', undefined].map((header) => namesTag(header, '"a"'))).toEqual(Array(4).fill(false));
  });
});

describe('rangeHolds', () => {
  it('without a condition, or with the tag itself', () => {
    expect([undefined, '"a"'].map((header) => rangeHolds(header, '"a"'))).toEqual([true, true]);
    expect(['W/"a"', '"b"', 'Fri, 20 Nov 2026 12:00:00 GMT'].map((header) => rangeHolds(header, '"a"'))).toEqual(
      Array(3).fill(false),
    );
  });
});
