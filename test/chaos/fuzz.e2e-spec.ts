import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildOpenApi } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { chaosSeed } from '../support/chaos/chance.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { AnswerContract } from '../support/fuzz/answer-contract.js';
import { ApiDocument, type Operation } from '../support/fuzz/api-document.js';
import { FuzzWorld } from '../support/fuzz/fuzz-world.js';
import { RequestMaker, type FuzzRequest } from '../support/fuzz/hostile-request.js';

const size = chaosSize('FUZZ_REQUESTS', { short: 600, full: 10_000 });
const slowMs = 5_000;
/** They hash passwords, on purpose slowly. */
const costly = /\/auth\/(login|register|logout|logout-everywhere|change-password)$/;

describe('requests made from the document', () => {
  let world: FuzzWorld;
  let document: ApiDocument;
  beforeAll(async () => {
    world = await FuzzWorld.create();
    document = new ApiDocument(buildOpenApi(world.app.app));
  });
  afterAll(() => world.close());

  it(
    'never fail the server, and every answer is as documented',
    async () => {
      const contract = new AnswerContract(document);
      const maker = new RequestMaker(document, world.ids, world.goodBodies);
      const only = process.env['FUZZ_ONLY'] ?? '';
      const operations = document.operations.filter(({ name }) => name.includes(only));
      const costs = operations.filter(({ path }) => costly.test(path)).length;
      const each = Math.ceil(size / (operations.length - costs * 0.75));
      const requests = operations.flatMap((operation, n) => {
        const numRuns = costly.test(operation.path) ? Math.ceil(each / 4) : each;
        return fc
          .sample(maker.requests(operation), { seed: chaosSeed + n, numRuns })
          .map((request, turn) => ({ operation, request, turn }));
      });
      // One of each operation after the other: what one leaves behind is met by all.
      requests.sort((a, b) => a.turn - b.turn);

      const faults: string[] = [];
      const statuses: Record<string, number> = {};
      for (const { operation, request } of requests) {
        const startedAt = performance.now();
        const answer = await world.send(operation, request);
        const tookMs = performance.now() - startedAt;
        const kind = `${Math.floor(answer.status / 100)}xx`;
        statuses[kind] = (statuses[kind] ?? 0) + 1;
        const fault =
          contract.faultOf(operation, answer) ?? (tookMs > slowMs ? `took ${Math.round(tookMs)} ms` : undefined);
        if (fault !== undefined) faults.push(described(operation, request, fault));
      }
      const counts = Object.entries(statuses).map(([kind, count]) => `${kind} ${count}`);
      const cells = [
        `operations ${operations.length}`,
        `sent ${requests.length}`,
        ...counts.sort(),
        `outside ${faults.length}`,
      ];
      process.stdout.write(`| requests made from the document | seed ${chaosSeed} | ${cells.join(' | ')} |\n`);
      expect(faults.slice(0, 20)).toEqual([]);
      expect(statuses['2xx']).toBeGreaterThan(requests.length / 5);
      expect((await world.app.http('GET', '/api/health')).body).toMatchObject({ status: 'healthy' });
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
    20 * 60_000,
  );
});

describe('what is no request at all', () => {
  let server: TestApp;
  let port: number;
  beforeAll(async () => {
    server = await startTestApp({ settings: { role: 'api' } });
    port = Number(new URL(await server.listen()).port);
  });
  afterAll(() => server.close());

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['a header of 20 KB', `GET /api/health HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a NUL in a header', 'GET /api/health HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400],
    ['an address that is none', 'GET /api/v1/devices/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ])('is refused with a problem: %s', async (_, sent, status) => {
    const answer = await exchange(port, sent);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.stringMatching(/^http\./) });
  });
});

/** Everything that comes back until the other side closes. */
async function exchange(port: number, sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(sent, 'latin1');
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function described(operation: Operation, { actor, path, query, headers, body }: FuzzRequest, fault: string): string {
  const sent = JSON.stringify({ path, query, headers, body: body?.toString() });
  return `${operation.name} as ${actor}: ${fault.slice(0, 600)} ← ${sent.slice(0, 600)}`;
}
