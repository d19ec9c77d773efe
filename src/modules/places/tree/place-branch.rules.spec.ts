import { describe, expect, it } from '@jest/globals';
import { branchesOf, type BranchRow } from './place-branch.rules.js';

const row = (id: string, parentId: string | null = null, name = id): BranchRow => ({
  id,
  name,
  parentId,
  profileId: null,
  profileName: null,
  location: null,
});
const rows = [row('room', 'house'), row('b', null, 'Belgium'), row('a', null, 'austria'), row('house', 'a')];

describe('branchesOf', () => {
  it('hangs places below one another, in the order of their names', () => {
    const [first, second] = branchesOf(rows, new Map(), 32);
    expect([first?.name, second?.name]).toEqual(['austria', 'Belgium']);
    expect(first?.contains[0]?.contains[0]?.id).toBe('room');
  });

  it('counts the devices below, also where they are not shown', () => {
    const [first] = branchesOf(rows, new Map([['room', 3], ['a', 1]]), 1); // prettier-ignore
    expect(first).toMatchObject({ deviceCount: 1, totalDeviceCount: 4, childCount: 1, contains: [] });
  });

  it('takes for the top what is asked for alone', () => {
    const [first, ...others] = branchesOf([row('house', 'a'), row('room', 'house')], new Map(), 2);
    expect([first?.id, first?.contains.map(({ id }) => id), others]).toEqual(['house', ['room'], []]);
  });
});
