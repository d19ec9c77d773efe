import { describe, expect, it } from '@jest/globals';
import { idFloor } from '../../ids/uuid-v7.js';
import { Clock } from '../../time/clock.js';
import { wholeRangeOf } from './history-range.js';
import type { HistorySlice } from './read-history.js';
import { RecentFirst } from './recent-first.js';

const dayMs = 24 * 60 * 60 * 1_000;
const nowMs = Date.UTC(2026, 10, 21, 12);
class StoppedClock extends Clock {
  override nowMs(): number {
    return nowMs;
  }
}

/** Rows of so many days ago, newest first, and what was asked for. */
function aHistory(daysAgo: readonly number[]) {
  const ids = daysAgo.map((days) => idFloor(nowMs - days * dayMs));
  const slices: HistorySlice[] = [];
  const read = (slice: HistorySlice) => {
    slices.push(slice);
    const within = ids.filter((id) => id < slice.range.before.id && id >= slice.range.floor);
    return Promise.resolve(within.slice(slice.skip, slice.skip + slice.limit));
  };
  return { ids, slices, read: (slice: HistorySlice) => new RecentFirst(new StoppedClock()).read(slice, read) };
}

const everything: HistorySlice = { range: wholeRangeOf({}), skip: 0, limit: 3 };

describe('RecentFirst', () => {
  it('asks for the last days alone when they fill the slice', async () => {
    const history = aHistory([-0.1, 0.5, 1, 30]);
    expect(await history.read(everything)).toEqual(history.ids.slice(0, 3));
    expect(history.slices.map(({ range }) => range.floor)).toEqual([idFloor(nowMs - 2 * dayMs)]);
  });

  it('goes on with all the days before them when they do not', async () => {
    const history = aHistory([0.5, 2, 2.001, 30, 31]);
    expect(await history.read(everything)).toEqual(history.ids.slice(0, 3));
    expect(history.slices.map(({ limit }) => limit)).toEqual([3, 1]);
    const sparse = aHistory([40, 400]);
    expect(await sparse.read(everything)).toEqual(sparse.ids);
  });

  it('begins at the end of the range, wherever in the past that is', async () => {
    const history = aHistory([1, 10, 10.5, 11, 30]);
    const before = { id: idFloor(nowMs - 9 * dayMs), seq: 0 };
    const deep = { ...everything, range: { ...everything.range, before } };
    expect(await history.read(deep)).toEqual(history.ids.slice(1, 4));
    expect(history.slices.map(({ range }) => range)).toEqual([{ floor: idFloor(nowMs - 11 * dayMs), before }]);
  });

  it('stays above the floor of a short range', async () => {
    const history = aHistory([0.5, 1.5, 3]);
    const floor = idFloor(nowMs - dayMs);
    expect(await history.read({ ...everything, range: { ...everything.range, floor } })).toEqual(
      history.ids.slice(0, 1),
    );
    expect(history.slices.map(({ range }) => range.floor)).toEqual([floor]);
  });

  it('reads all at once where some are skipped', async () => {
    const history = aHistory([0.5, 3, 5]);
    expect(await history.read({ ...everything, skip: 2 })).toEqual(history.ids.slice(2));
    expect(history.slices).toHaveLength(1);
  });
});
