import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { median, orderOf, quantile, ratioOf } from '../src/statistics.js';

describe('median', () => {
  it('is the middle one, in whatever order they came', () => {
    assert.equal(median([9, 1, 5]), 5);
  });

  it('lies between the middle two', () => {
    assert.equal(median([4, 1, 2, 9]), 3);
  });

  it('is not a number of nothing', () => {
    assert.ok(Number.isNaN(median([])));
  });

  it('leaves the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    assert.deepEqual(values, [3, 1, 2]);
  });
});

describe('quantile', () => {
  it('counts from the least to the greatest', () => {
    const sorted = Array.from({ length: 101 }, (_, index) => index);
    assert.equal(quantile(sorted, 0), 0);
    assert.equal(quantile(sorted, 0.99), 99);
    assert.equal(quantile(sorted, 1), 100);
  });
});

describe('ratioOf', () => {
  it('compares the medians, and says how far the rounds lie apart', () => {
    assert.deepEqual(ratioOf([100, 300, 200], [100, 200, 400]), { ratio: 1, least: 0.5, most: 1.5 });
  });

  it('refuses rounds that do not belong together', () => {
    assert.throws(() => ratioOf([1, 2], [1]), /2 rounds beside 1/);
  });
});

describe('orderOf', () => {
  it('lets another side begin each round', () => {
    const sides = ['a', 'b', 'c'];
    assert.deepEqual(
      [0, 1, 2, 3].map((round) => orderOf(sides, round).join('')),
      ['abc', 'bca', 'cab', 'abc'],
    );
  });
});
