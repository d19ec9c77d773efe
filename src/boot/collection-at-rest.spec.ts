import { describe, expect, it } from '@jest/globals';
import { CollectionAtRest } from './collection-at-rest.js';

/** How often it was collected after each of these looks. */
function collectionsAfter(utilizations: readonly number[]): number[] {
  let collections = 0;
  let present = 0;
  const collection = new CollectionAtRest({ utilization: () => present, collect: () => (collections += 1) });
  return utilizations.map((utilization) => {
    present = utilization;
    collection.look();
    return collections;
  });
}

describe('CollectionAtRest', () => {
  it.each([
    ['once after work, when two looks found rest', [0.9, 0.01, 0.01, 0.01, 0.01], [0, 0, 1, 1, 1]],
    ['not while there is work', [0.9, 0.5, 0.3, 0.9], [0, 0, 0, 0]],
    ['not without work before', [0.01, 0.01, 0.1, 0.01, 0.01], [0, 0, 0, 0, 0]],
    ['not in a short rest', [0.9, 0.01, 0.6, 0.01, 0.9], [0, 0, 0, 0, 0]],
    ['again after more work', [0.9, 0, 0, 0.2, 0, 0, 0], [0, 0, 1, 1, 1, 2, 2]],
  ])('collects %s', (_, utilizations, expected) => {
    expect(collectionsAfter(utilizations)).toEqual(expected);
  });
});
