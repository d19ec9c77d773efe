import type { LaneKind } from './lanes.js';

/** Jobs of events are functions and a commit; one that takes longer waits for something, and may have company. */
const eventMs = 5_000;
/** After its first crash a delivery is alone long enough to be read and sent, in the end as long as an attempt may take. */
const deliveryMs = [10, 20, 100, 1_000, 10_000, 60_000];

/**
 * How long a job that was held in so many crashes runs with nothing beside it. Most were in a crash by chance, also in
 * two or three where processes are killed often, and a hundred deliveries to a slow destination must not pass one by
 * one: so a delivery has little time alone at first, and more after each further crash.
 */
export function aloneForMs(lanes: LaneKind, crashes: number): number {
  if (lanes === 'events') return eventMs;
  return deliveryMs[Math.min(crashes, deliveryMs.length) - 1] ?? eventMs;
}

/** Held in more crashes than this, a job is no longer there by chance: it waits, for a while, until really nothing else runs. */
export const crashesByChance = 3;
