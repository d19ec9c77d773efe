import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { quantile } from '../statistics.js';

const answerLimitMs = 30_000;

/**
 * Keeps a number of connections busy, one request at a time each, with half the CPU of a full HTTP client: on a small
 * machine the load's own cost falls on whichever side uses all cores. When time is up it begins no more requests and
 * waits for the answers of those under way, so that what was accepted is known to the last one.
 *
 * It understands what the sides answer and no more: keep-alive and a content-length. Anything else fails the run.
 *
 * @param {import('./load.js').Load} load
 * @param {import('../uplinks.js').Uplinks} uplinks
 * @returns {Promise<import('./load.js').LoadResult>}
 */
export async function loadBySockets({ url, headers, load, connections, seconds, amount, isRead }, uplinks) {
  const { hostname, port } = new URL(url);
  const textOf = isRead === true ? reading(url, headers) : posting(url, headers, load, uplinks);

  const begunAt = Date.now();
  const begun = performance.now();
  const endAt = seconds === undefined ? Infinity : begun + seconds * 1_000;
  const most = amount ?? Infinity;
  /** @type {number[]} */
  const latencies = [];
  /** @type {Record<string, number>} */
  const statuses = {};
  let sent = 0;
  let errors = 0;
  let lastAnswer = begun;

  const oneConnection = () =>
    new Promise((/** @type {(value?: unknown) => void} */ done, fail) => {
      const socket = connect(Number(port), hostname).setEncoding('latin1').setNoDelay(true).setTimeout(answerLimitMs);
      let pending = '';
      let sentAt = 0;
      let isWaiting = false;

      const send = () => {
        const now = performance.now();
        if (sent >= most || now >= endAt) {
          socket.destroy();
          return;
        }
        isWaiting = true;
        sentAt = now;
        socket.write(textOf(sent++), 'latin1');
      };
      socket.on('connect', send);
      socket.on('data', (chunk) => {
        pending += chunk;
        const length = lengthOfAnswer(pending);
        if (pending.length < length) return;
        if (pending.length > length) {
          fail(new Error(`not one answer with a content-length:\n${pending.slice(0, 500)}`));
          socket.destroy();
          return;
        }
        const status = pending.slice(9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        pending = '';
        isWaiting = false;
        lastAnswer = performance.now();
        latencies.push(lastAnswer - sentAt);
        send();
      });
      socket.on('timeout', () => socket.destroy());
      socket.on('error', () => undefined); // 'close' follows
      socket.on('close', () => {
        if (isWaiting) errors += 1;
        const isOver = sent >= most || performance.now() >= endAt;
        // A side that cannot be reached at all would otherwise be tried for ever.
        if (isOver || errors > 10 * connections) done();
        else oneConnection().then(done, fail);
      });
    });
  await Promise.all(Array.from({ length: connections }, oneConnection));

  const accepted = Object.entries(statuses).reduce((sum, [status, n]) => (status.startsWith('2') ? sum + n : sum), 0);
  latencies.sort((a, b) => a - b);
  return {
    sent,
    accepted,
    refused: latencies.length - accepted,
    statuses,
    errors,
    begunAt,
    seconds: (lastAnswer - begun) / 1_000,
    latencyMs: {
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      max: latencies.at(-1) ?? NaN,
    },
  };
}

/**
 * The text of the n-th request. Nothing in an uplink lies outside ASCII, so characters are bytes.
 *
 * @param {string} url @param {Record<string, string>} headers @param {number} load @param {import('../uplinks.js').Uplinks} uplinks
 */
export function posting(url, headers, load, uplinks) {
  const head = headOf('POST', url, { 'content-type': 'application/json', ...headers });
  return (/** @type {number} */ n) => {
    const body = uplinks.text(load, n);
    return `${head}content-length: ${body.length}\r\n\r\n${body}`;
  };
}

/** @param {string} url @param {Record<string, string>} headers */
function reading(url, headers) {
  const text = `${headOf('GET', url, headers)}\r\n`;
  return () => text;
}

/** @param {string} method @param {string} url @param {Record<string, string>} headers */
function headOf(method, url, headers) {
  const { pathname, search, host } = new URL(url);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}`;
}

/** Infinite while the head is not whole; none where it does not say. @param {string} text */
export function lengthOfAnswer(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return Infinity;
  const match = /\r\ncontent-length: *(\d+)/i.exec(text);
  return match === null || match.index > headEnd ? 0 : headEnd + 4 + Number(match[1]);
}
