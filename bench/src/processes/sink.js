import { connectAsync } from 'mqtt';
import { loadAndNumberOf } from '../uplinks.js';
import { answerParent } from './answer-parent.js';
import { monotonicMs } from './monotonic.js';

/**
 * The other end of the main job: counts what arrives, by the load it belongs to, each uplink once.
 *
 * @typedef {{ distinct: number, repeated: number, lastAt: number, seen: Map<number, number> }} Arrivals
 */
const { url, topic } = JSON.parse(process.argv[2]);
/** @type {Map<number, Arrivals>} */
const arrivals = new Map();
let unknown = 0;
let bytes = 0;

const client = await connectAsync(url, { clientId: 'bench-sink' });
client.on('message', (_topic, payload) => {
  bytes = payload.length;
  const found = loadAndNumberOf(payload.toString('latin1'));
  if (found === undefined) unknown += 1;
  else note(found.load, found.n);
});
await client.subscribeAsync(topic, { qos: 0 });

/** @param {number} load @param {number} n */
function note(load, n) {
  let one = arrivals.get(load);
  if (one === undefined) {
    one = { distinct: 0, repeated: 0, lastAt: 0, seen: new Map() };
    arrivals.set(load, one);
  }
  if (one.seen.has(n)) {
    one.repeated += 1;
    return;
  }
  one.seen.set(n, monotonicMs());
  one.distinct += 1;
  one.lastAt = Date.now();
}

answerParent({
  /** @param {number} load */
  count: (load) => {
    const { distinct = 0, repeated = 0, lastAt = 0 } = arrivals.get(load) ?? {};
    return { distinct, repeated, lastAt, unknown, bytes };
  },
  /** When each of a load arrived. @param {number} load */
  arrivals: (load) => [...(arrivals.get(load)?.seen ?? [])],
  /** @param {number} load */
  forget: (load) => {
    arrivals.delete(load);
  },
});
