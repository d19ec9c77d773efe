import { describe, expect, it } from '@jest/globals';
import { idFloor } from '../../ids/uuid-v7.js';
import { cursorOf, type HistoryKey } from './history-range.js';
import { readHistory, type HistorySlice } from './read-history.js';

/** A history of so many rows, newest first, that remembers what it was asked. */
function aHistory(rowCount: number, textOf: (n: number) => string = () => '') {
  const rows = Array.from({ length: rowCount }, (_, index) => ({ id: idFloor(rowCount - index), seq: 0 }));
  const slices: HistorySlice[] = [];
  return {
    rows,
    slices,
    read: (slice: HistorySlice) => {
      slices.push(slice);
      const within = rows.filter((row) => row.id < slice.range.before.id && row.id >= slice.range.floor);
      return Promise.resolve(within.slice(slice.skip, slice.skip + slice.limit));
    },
    keyOf: (row: HistoryKey) => row,
    show: (given: readonly HistoryKey[]) => given.map((row) => ({ id: row.id, text: textOf(rows.indexOf(row)) })),
    count: () => Promise.resolve(rowCount),
  };
}

const query = { skip: 0, limit: 100, count: false };

describe('readHistory', () => {
  it('reads an ordinary page at once and names its last entry as the way on', async () => {
    const history = aHistory(101);
    const page = await readHistory(query, history);
    expect(page.items).toHaveLength(100);
    expect(page.nextCursor).toBe(cursorOf({ id: idFloor(2), seq: 0 }));
    expect(history.slices).toHaveLength(1);
  });

  it('ends where the history does', async () => {
    expect((await readHistory(query, aHistory(100))).nextCursor).toBeNull();
    expect(await readHistory(query, aHistory(0))).toEqual({ items: [], nextCursor: null, total: undefined });
  });

  it('reads a long page in parts, skipping once', async () => {
    const history = aHistory(1_000);
    const page = await readHistory({ ...query, skip: 50, limit: 250 }, history);
    expect(page.items.map(({ id }) => id)).toEqual(history.rows.slice(50, 300).map(({ id }) => id));
    expect(history.slices.map(({ skip, limit }) => [skip, limit])).toEqual([
      [50, 101],
      [0, 101],
      [0, 51],
    ]);
  });

  it('ends a page early when its entries are large, and leads on from there', async () => {
    const heavy = 'x'.repeat(1024 * 1024);
    const history = aHistory(300, () => heavy);
    const first = await readHistory({ ...query, limit: 1_000 }, history);
    expect(first.items).toHaveLength(16);
    const cursor = first.nextCursor ?? '';
    const second = await readHistory({ ...query, limit: 1_000, cursor }, history);
    expect(second.items.map(({ id }) => id)).toEqual(history.rows.slice(16, 32).map(({ id }) => id));
  });

  it('gives at least one entry, however large', async () => {
    const giant = 'x'.repeat(17 * 1024 * 1024);
    expect(
      (
        await readHistory(
          query,
          aHistory(2, () => giant),
        )
      ).items,
    ).toHaveLength(1);
  });

  it('counts only when asked', async () => {
    expect((await readHistory(query, aHistory(7))).total).toBeUndefined();
    expect((await readHistory({ ...query, limit: 2, count: true }, aHistory(7))).total).toBe(7);
  });
});
