import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { answerParent } from '../../processes/answer-parent.js';

/** So many jobs a call: what a program that has many to give gives at once. */
const batch = 1_000;
const limitMs = 120_000;

/**
 * What every queue is asked: to take so many jobs while nobody works, then to work them off.
 *
 * @param {object} queue
 * @param {(numbers: number[]) => Promise<unknown>} queue.enqueue one call
 * @param {() => Promise<void>} queue.begin lets workers in
 * @param {() => Promise<void>} queue.pause keeps them out
 * @param {() => number} queue.ran how many handlers have ended so far
 * @param {() => Promise<number>} queue.left how many jobs the database does not know as done
 */
export function answerQueue({ enqueue, begin, pause, ran, left }) {
  answerParent({
    enqueue: async (/** @type {number} */ count) => {
      const begun = performance.now();
      for (let n = 0; n < count; n += batch) {
        await enqueue(Array.from({ length: Math.min(batch, count - n) }, (_, index) => n + index));
      }
      return count / ((performance.now() - begun) / 1_000);
    },
    drain: async (/** @type {number} */ count) => {
      const before = ran();
      const begun = performance.now();
      await begin();
      // Whoever counts in the database costs it something, so that waits until the handlers say they are through.
      while (ran() - before < count || (await left()) > 0) {
        if (performance.now() - begun > limitMs) throw new Error(`${await left()} jobs are left after ${limitMs} ms`);
        await delay(2);
      }
      const perSecond = count / ((performance.now() - begun) / 1_000);
      await pause();
      return { perSecond, repeated: ran() - before - count };
    },
  });
}
