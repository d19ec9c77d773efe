import { describe, expect, it, jest } from '@jest/globals';
import { Batcher } from './batcher.js';

class SqlError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

describe('Batcher', () => {
  it('sends together what arrives in one turn, and answers each its own', async () => {
    const batches: number[][] = [];
    const batcher = new Batcher<number, number>({
      maxItems: 3,
      maxInFlight: 1,
      flush: (items) => {
        batches.push(items);
        return Promise.resolve(items.map((item) => item * 10));
      },
    });
    expect(await Promise.all([1, 2, 3, 4].map((item) => batcher.add(item)))).toEqual([10, 20, 30, 40]);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('lets only the row fail that PostgreSQL blames', async () => {
    const batcher = new Batcher<number, number>({
      maxItems: 100,
      maxInFlight: 2,
      flush: (items) => (items.includes(7) ? Promise.reject(new SqlError('22P05')) : Promise.resolve(items)),
    });
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, item) => batcher.add(item)));
    expect(results.flatMap((result, item) => (result.status === 'rejected' ? [item] : []))).toEqual([7]);
  });

  it('tries a deadlock again, and tells everybody of any other error', async () => {
    let tries = 0;
    const deadlocking = new Batcher<string, string>({
      maxItems: 10,
      maxInFlight: 1,
      flush: (items) => ((tries += 1) < 3 ? Promise.reject(new SqlError('40P01')) : Promise.resolve(items)),
    });
    expect(await deadlocking.add('a')).toBe('a');
    const failing = new Batcher<string, string>({
      maxItems: 10,
      maxInFlight: 1,
      flush: () => Promise.reject(new SqlError('57P01')),
    });
    const results = await Promise.allSettled([failing.add('a'), failing.add('b')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  it('refuses what it could only answer late', async () => {
    const batcher = new Batcher<number, number>({
      maxItems: 1,
      maxInFlight: 1,
      maxWaiting: 2,
      overflow: () => new Error('full'),
      flush: (items) => Promise.resolve(items),
    });
    const results = await Promise.allSettled([batcher.add(1), batcher.add(2), batcher.add(3)]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('gathers under load, and sends at once after a pause or when it is full', async () => {
    jest.useFakeTimers();
    try {
      const batches: number[][] = [];
      const batcher = new Batcher<number, number>({
        maxItems: 3,
        maxInFlight: 2,
        gatherMs: 10,
        flush: (items) => {
          batches.push(items);
          return Promise.resolve(items);
        },
      });
      void batcher.add(1);
      await jest.advanceTimersByTimeAsync(1);
      expect(batches).toEqual([[1]]);
      void batcher.add(2);
      await jest.advanceTimersByTimeAsync(4);
      void batcher.add(3);
      expect(batches).toEqual([[1]]);
      await jest.advanceTimersByTimeAsync(6);
      expect(batches).toEqual([[1], [2, 3]]);
      [4, 5, 6].forEach((item) => void batcher.add(item));
      await jest.advanceTimersByTimeAsync(1);
      expect(batches.at(-1)).toEqual([4, 5, 6]);
    } finally {
      jest.useRealTimers();
    }
  });
});
