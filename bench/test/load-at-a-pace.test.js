import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { loadAtAPace } from '../src/processes/load-at-a-pace.js';
import { loadAndNumberOf, Uplinks } from '../src/uplinks.js';

/** Answers as it is told; what it received is known by the numbers in the uplinks. @param {(n: number, response: import('node:http').ServerResponse) => void} answer */
async function aServer(answer) {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      const { deduplicationId } = JSON.parse(text);
      const number = loadAndNumberOf(`"id":"${deduplicationId}"`)?.n ?? -1;
      answer(number, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, url: `http://127.0.0.1:${port}/uplink?event=up` };
}

const pace = { headers: {}, load: 7, perSecond: 500, seconds: 0.2, connections: 10 };

describe('loadAtAPace', () => {
  it('sends every uplink once and tells apart what was accepted and what was refused', async () => {
    /** @type {number[]} */
    const received = [];
    const { server, url } = await aServer((n, response) => {
      received.push(n);
      if (n % 4 === 0) response.writeHead(503, { 'retry-after': '1', 'content-length': 0 }).end();
      else response.writeHead(202, { 'content-length': 2 }).end('{}');
    });
    const result = await loadAtAPace({ ...pace, url }, new Uplinks(3));
    server.close();
    assert.deepEqual(
      received.toSorted((a, b) => a - b),
      [...Array(100).keys()],
    );
    assert.deepEqual(result.statuses, { 202: 75, 503: 25 });
    assert.deepEqual([result.accepted, result.withRetryAfter, result.late, result.broken], [75, 25, 0, 0]);
  });

  it('goes on over a new connection when one breaks', async () => {
    const { server, url } = await aServer((n, response) => {
      if (n % 10 === 3) response.destroy();
      else response.writeHead(202, { 'content-length': 2 }).end('{}');
    });
    const result = await loadAtAPace({ ...pace, url, connections: 2 }, new Uplinks(3));
    server.close();
    assert.deepEqual([result.accepted, result.broken], [90, 10]);
  });
});
