import type { LaneKind } from './lanes.js';

/** Jobs of events are functions and a commit; one that takes longer waits for something, and may have company. */
const eventMs = 5_000;
/** Long enough to be read, checked and sent; the answer of a destination may take half a minute. */
const deliveryMs = 10;
const timesLongerEachCrash = 10;
const longestMs = 60_000;

/**
 * How long a job that was held in so many crashes runs with nothing beside it. Most were in a crash by chance, and a
 * hundred deliveries to a slow destination must not pass one by one: so a delivery has little time alone at first, ten
 * times as much after each further crash, and soon all it needs.
 */
export function aloneForMs(lanes: LaneKind, crashes: number): number {
  if (lanes === 'events') return eventMs;
  return Math.min(longestMs, deliveryMs * timesLongerEachCrash ** (crashes - 1));
}
