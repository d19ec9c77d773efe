import { Uplinks } from '../uplinks.js';
import { answerParent } from './answer-parent.js';
import { loadAtAPace } from './load-at-a-pace.js';
import { loadByAutocannon } from './load-by-autocannon.js';
import { loadBySockets } from './load-by-sockets.js';

/**
 * @typedef {object} Load
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {number} load its number, which goes into every deduplication id
 * @property {number} connections
 * @property {number} [seconds] how long new requests are begun
 * @property {number} [amount] or how many
 * @property {'sockets' | 'autocannon'} client
 * @property {boolean} [isRead] the same GET again and again, in place of uplinks
 *
 * @typedef {object} LoadResult
 * @property {number} sent
 * @property {number} accepted answers of 2xx
 * @property {number} refused other answers
 * @property {Record<string, number>} statuses
 * @property {number} errors requests without an answer
 * @property {number} begunAt ms since 1970
 * @property {number} seconds from the first request to the last answer
 * @property {{ p50: number, p99: number, max: number }} latencyMs
 */

const { deviceCount } = JSON.parse(process.argv[2]);
const uplinks = new Uplinks(deviceCount);

answerParent({
  /** @param {Load} load */
  run: (load) => (load.client === 'autocannon' ? loadByAutocannon(load, uplinks) : loadBySockets(load, uplinks)),
  runAtAPace: (/** @type {import('./load-at-a-pace.js').PacedLoad} */ load) => loadAtAPace(load, uplinks),
});
