import { connect } from 'node:net';
import { setImmediate } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../statistics.js';
import { lengthOfAnswer, posting } from './load-by-sockets.js';
import { monotonicMs } from './monotonic.js';

/** ChirpStack gives up after so long, and does not come again. */
const patienceMs = 5_000;
const drainLimitMs = 10_000;

/**
 * @typedef {object} PacedLoad
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {number} load
 * @property {number} perSecond
 * @property {number} seconds
 * @property {number} connections at the most
 * @property {boolean} [keepsTimes] also answers when each uplink was due
 *
 * @typedef {object} PacedResult
 * @property {number} due how many should have been sent
 * @property {number} accepted
 * @property {Record<string, number>} statuses
 * @property {number} late without an answer in the time that ChirpStack waits
 * @property {number} broken connections that ended under a request
 * @property {number} withRetryAfter refusals that say when to come again
 * @property {number} begunAt ms since 1970
 * @property {number} seconds
 * @property {{ p50: number, p99: number, max: number }} latencyMs of what was accepted
 * @property {{ p50: number, p99: number, max: number }} refusalMs
 * @property {number[]} [dueAtMs] by the uplink's number, on the machine's monotonic clock
 */

/**
 * Sends so many uplinks a second, whatever becomes of the earlier ones: as gateways do. Each is timed from the moment
 * in which it was due, so a server that stalls cannot hide it. One that finds all connections busy waits for one.
 *
 * @param {PacedLoad} load
 * @param {import('../uplinks.js').Uplinks} uplinks
 * @returns {Promise<PacedResult>}
 */
export async function loadAtAPace({ url, headers, load, perSecond, seconds, connections, keepsTimes }, uplinks) {
  const { hostname, port } = new URL(url);
  const textOf = posting(url, headers, load, uplinks);
  const total = Math.round(perSecond * seconds);
  const tally = new Tally();
  /** @type {Connection[]} */
  const free = [];
  /** @type {number[]} */
  const waiting = [];
  let open = 0;
  let done = 0;

  const begunAt = Date.now();
  const begun = monotonicMs();
  const dueAt = (/** @type {number} */ n) => begun + (n * 1_000) / perSecond;

  const use = (/** @type {Connection} */ connection, /** @type {number} */ n) => {
    connection.send(textOf(n), (answer) => {
      tally.note(answer, monotonicMs() - dueAt(n));
      done += 1;
      if (!answer.isOpen) open -= 1;
      const following = waiting.shift();
      if (following !== undefined) use(answer.isOpen ? connection : reopen(), following);
      else if (answer.isOpen) free.push(connection);
    });
  };
  const reopen = () => {
    open += 1;
    return new Connection(hostname, Number(port));
  };
  const begin = (/** @type {number} */ n) => {
    let connection = free.pop();
    while (connection !== undefined && !connection.isOpen) {
      open -= 1;
      connection = free.pop();
    }
    if (connection !== undefined) use(connection, n);
    else if (open < connections) use(reopen(), n);
    else waiting.push(n);
  };

  for (let n = 0; n < total;) {
    const now = monotonicMs();
    while (n < total && dueAt(n) <= now) begin(n++);
    if (n < total) await breath(dueAt(n) - monotonicMs());
  }
  const endAt = monotonicMs() + drainLimitMs;
  while (done < total && monotonicMs() < endAt) await delay(5);
  for (const connection of free) connection.end();
  return {
    due: total,
    ...tally.result(),
    begunAt,
    seconds: (monotonicMs() - begun) / 1_000,
    ...(keepsTimes === true ? { dueAtMs: Array.from({ length: total }, (_, n) => dueAt(n)) } : {}),
  };
}

/** Timers are no finer than a millisecond: within the last one, look at sockets and at the clock in turn. @param {number} ms */
function breath(ms) {
  return ms > 1.5 ? delay(1) : new Promise((resolve) => void setImmediate(resolve));
}

/** @typedef {{ status: string, hasRetryAfter: boolean, isOpen: boolean }} Answer `status` is `late` or `broken` where there was none */

class Connection {
  #pending = '';
  /** @type {((answer: Answer) => void) | undefined} */
  #answered;
  isOpen = true;

  /** @param {string} host @param {number} port */
  constructor(host, port) {
    this.socket = connect(port, host).setEncoding('latin1').setNoDelay(true);
    this.socket.setTimeout(patienceMs, () => this.#fail('late'));
    this.socket.on('data', (chunk) => this.#hear(String(chunk)));
    this.socket.on('error', () => undefined); // 'close' follows
    this.socket.on('close', () => this.#fail('broken'));
  }

  /** @param {string} text @param {(answer: Answer) => void} answered */
  send(text, answered) {
    this.#pending = '';
    this.#answered = answered;
    this.socket.write(text, 'latin1');
  }

  end() {
    this.isOpen = false;
    this.socket.destroy();
  }

  /** @param {string} chunk */
  #hear(chunk) {
    this.#pending += chunk;
    if (this.#pending.length < lengthOfAnswer(this.#pending)) return;
    const status = this.#pending.slice(9, 12);
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.({ status, hasRetryAfter: /\r\nretry-after: *\d/i.test(this.#pending), isOpen: this.isOpen });
  }

  /** @param {'late' | 'broken'} status */
  #fail(status) {
    if (status === 'late' && this.#answered === undefined) return; // idle, not late
    this.end();
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.({ status, hasRetryAfter: false, isOpen: false });
  }
}

/** What became of the requests. */
class Tally {
  /** @type {Record<string, number>} */
  #statuses = {};
  #withRetryAfter = 0;
  /** @type {number[]} */
  #accepted = [];
  /** @type {number[]} */
  #refused = [];

  /** @param {Answer} answer @param {number} ms */
  note({ status, hasRetryAfter }, ms) {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    if (hasRetryAfter) this.#withRetryAfter += 1;
    if (status.startsWith('2')) this.#accepted.push(ms);
    else if (/^\d/.test(status)) this.#refused.push(ms);
  }

  result() {
    const { late = 0, broken = 0, ...statuses } = this.#statuses;
    return {
      accepted: this.#accepted.length,
      statuses,
      late,
      broken,
      withRetryAfter: this.#withRetryAfter,
      latencyMs: summary(this.#accepted),
      refusalMs: summary(this.#refused),
    };
  }
}

/** @param {number[]} values */
function summary(values) {
  values.sort((a, b) => a - b);
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), max: values.at(-1) ?? NaN };
}
