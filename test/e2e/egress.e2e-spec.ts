import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Resolver } from '../../src/core/egress/egress.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { allHosts, forbiddenHosts, nameServer, ownAddresses, trickyUrls } from '../support/forbidden-hosts.js';
import { HttpSink } from '../support/http-sink.js';
import { ServerProcess } from '../support/server-process.js';
import { TenantWorld } from '../support/tenant-world.js';
import { Trap } from '../support/trap.js';

/** Rows as no client could save them: what stands in the database is not believed either. */
async function smuggle(
  world: TenantWorld,
  type: 'http' | 'mqtt',
  configs: Record<string, unknown>[],
): Promise<string[]> {
  const ids = configs.map(() => randomUUID());
  const { database } = world.app;
  await database.query(
    `INSERT INTO lanes (id, tenant_id, kind) SELECT id, $1, 'deliveries' FROM unnest($2::uuid[]) AS id`,
    [world.tenantId, ids],
  );
  await database.query(
    `INSERT INTO integrations (id, tenant_id, name, type, config)
     SELECT id, $1, $2 || id, $2, config FROM unnest($3::uuid[], $4::jsonb[]) AS i(id, config)`,
    [world.tenantId, type, ids, configs.map((config) => JSON.stringify(config))],
  );
  return ids;
}

const refusals = new Set(['egress.refused', 'config.invalid']);
const isRefusal = (status: number, body: Body) =>
  status === 200 && body.status === 'failed' && refusals.has(body.error.code);

describe('an address inside', () => {
  let trap: Trap;
  let app: TestApp;
  let world: TenantWorld;
  const httpOf = (host: string): Record<string, unknown> => ({ url: `http://${host}:${trap.port}/`, schedule_ms: [0] });
  const mqttOf = (host: string): Record<string, unknown> => ({
    host: host.replaceAll(/^\[|\]$/g, ''),
    port: trap.port,
    topic: 't',
    schedule_ms: [0],
  });

  beforeAll(async () => {
    trap = await Trap.set();
    app = await startTestApp({ settings: { egressAllowCidrs: [] }, resolver: nameServer });
    world = await TenantWorld.create(app);
  });
  beforeEach(() => {
    trap.connections = 0;
  });
  afterAll(async () => {
    await app.close();
    trap.close();
  });

  it('is written in more than sixty ways here', () => {
    expect(forbiddenHosts.length).toBeGreaterThanOrEqual(60);
    expect(new Set(allHosts).size).toBe(allHosts.length);
  });

  it.each([
    ['http', httpOf],
    ['mqtt', mqttOf],
    ['mqtt', (host: string) => ({ url: `mqtt://${host}:${trap.port}`, topic: 't' })],
    ['mqtt', (host: string) => ({ url: `mqtts://${host}:${trap.port}`, topic: 't' })],
  ])('is refused when an integration is saved: %s', async (type, configOf) => {
    const saved: string[] = [];
    for (const host of [...forbiddenHosts, ...ownAddresses()]) {
      const config = configOf(host);
      const { status, body } = await app.http('POST', '/api/v1/integrations', {
        token: world.token,
        body: { name: `${type} ${host}`, type, config },
      });
      if (status !== 400) saved.push(`${host}: ${status} ${JSON.stringify(body)}`);
    }
    expect(saved).toEqual([]);
    expect(trap.connections).toBe(0);
  });

  it('is refused however its URL is made to look like another', async () => {
    const saved: string[] = [];
    for (const tricky of trickyUrls) {
      const url = tricky.replace(':0', `:${trap.port}`);
      const { status } = await app.http('POST', '/api/v1/integrations', {
        token: world.token,
        body: { name: tricky, type: 'http', config: { url } },
      });
      if (status !== 400) saved.push(tricky);
    }
    expect(saved).toEqual([]);
  });

  it.each(['http', 'mqtt'] as const)('is not connected to by a test message: %s', async (type) => {
    const ids = await smuggle(world, type, allHosts.map(type === 'http' ? httpOf : mqttOf));
    const outcomes = await Promise.all(
      ids.map((id) => app.http('POST', `/api/v1/integrations/${id}/test`, { token: world.token, body: {} })),
    );
    const wrong = outcomes.flatMap(({ status, body }, n) =>
      isRefusal(status, body) ? [] : [`${allHosts[n] ?? ''}: ${status} ${JSON.stringify(body)}`],
    );
    expect(wrong).toEqual([]);
    expect(trap.connections).toBe(0);
  });

  it('is not connected to by a URL that looks like another, even if it was saved', async () => {
    const message = { data: { host: '127.0.0.1', one: '1', url: `http://127.0.0.1:${trap.port}/` } };
    const urls = trickyUrls.map((url) => url.replace(':0', `:${trap.port}`));
    const ids = await smuggle(
      world,
      'http',
      urls.map((url) => ({ url })),
    );
    const outcomes = await Promise.all(
      ids.map((id) => app.http('POST', `/api/v1/integrations/${id}/test`, { token: world.token, body: { message } })),
    );
    const delivered = outcomes.flatMap(({ body }, n) => (body.status === 'delivered' ? [urls[n]] : []));
    expect(delivered).toEqual([]);
    expect(trap.connections).toBe(0);
  });

  it('is not connected to by a delivery', async () => {
    const httpIds = await smuggle(world, 'http', allHosts.map(httpOf));
    const mqttIds = await smuggle(world, 'mqtt', allHosts.map(mqttOf));
    const codes: string[] = [];
    for (const ids of [httpIds, mqttIds]) {
      const device = await world.aDevice();
      await world.aFlow(
        [
          { id: 'd', type: 'device', entityId: device.id },
          ...ids.map((id) => ({ id, type: 'integration', entityId: id })),
        ],
        ids.map((id) => ['d', id]),
      );
      await world.post(device.dev_eui);
      codes.push(...(await endedWith(ids)));
    }
    expect(codes.filter((code) => !refusals.has(code))).toEqual([]);
    expect(trap.connections).toBe(0);
  });

  /** The codes of all deliveries to these integrations, when all have ended. */
  async function endedWith(ids: string[]): Promise<string[]> {
    return eventually(async () => {
      const rows = await app.database.query<{ code: string }>(
        'SELECT code FROM deliveries WHERE destination_id = ANY($1)',
        [ids],
      );
      return rows.length === ids.length ? rows.map(({ code }) => code) : undefined;
    }, 'every delivery has ended');
  }
});

describe('an endpoint that may be reached', () => {
  /** Opened by the operator, like a server of the user's own would be. */
  const open = '127.0.0.2';
  let inside: HttpSink;
  let outside: Server;
  let outsidePort: number;
  let taken: string[];
  let headers: string;
  let app: TestApp;
  let world: TenantWorld;
  let asked = 0;
  /** The first answer is good, the next one is not, and so on. */
  const rebinding: Resolver = () => {
    asked += 1;
    return Promise.resolve([{ address: asked % 2 === 1 ? open : '127.0.0.1', family: 4 }]);
  };

  beforeAll(async () => {
    inside = await HttpSink.start();
    outside = createServer((socket) => {
      socket.once('data', (chunk) => {
        taken.push(chunk.toString().split('\r\n', 1)[0] ?? '');
        socket.end(`HTTP/1.1 ${headers}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      });
    });
    await new Promise<void>((resolve) => outside.listen(0, open, resolve));
    outsidePort = (outside.address() as AddressInfo).port;
    app = await startTestApp({ settings: { egressAllowCidrs: [`${open}/32`] }, resolver: rebinding });
    world = await TenantWorld.create(app);
  });
  beforeEach(() => {
    taken = [];
    headers = '200 OK';
    inside.clear();
  });
  afterAll(async () => {
    await app.close();
    outside.close();
    await inside.close();
  });

  it.each([301, 302, 303, 307, 308])('is not followed when it answers %i and points inside', async (status) => {
    headers = `${status} Elsewhere\r\nlocation: ${inside.url}/`;
    const { id } = await world.anIntegration('http', { url: `http://${open}:${outsidePort}/` });
    const { body } = await app.http('POST', `/api/v1/integrations/${id}/test`, { token: world.token, body: {} });
    expect(body.error.code).toBe(`http.status_${status}`);
    expect(taken).toEqual(['POST / HTTP/1.1']);
    expect(inside.connectionCount).toBe(0);
  });

  it('is the one that was checked: a name server that changes its mind leads nowhere', async () => {
    const http = await world.anIntegration('http', { url: `http://rebinding.example:${inside.port}/` });
    const mqtt = await world.anIntegration('mqtt', { host: 'rebinding.example', port: inside.port, topic: 't' });
    const codes: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      for (const { id } of [http, mqtt]) {
        const { body } = await app.http('POST', `/api/v1/integrations/${id}/test`, { token: world.token, body: {} });
        codes.push(body.error.code);
      }
    }
    // Either the checked address, on which nobody listens at this port, or a refusal; never the second answer.
    expect(asked).toBeGreaterThan(2);
    expect(codes.filter((code) => !['http.connection', 'mqtt.connection', 'egress.refused'].includes(code))).toEqual(
      [],
    );
    expect(inside.connectionCount).toBe(0);
  });

  it('is reached past a proxy that the environment names', async () => {
    const database = await createTestDatabase();
    const proxy = inside.url;
    const variables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const server = await ServerProcess.start({
      DATABASE_URL: database.url,
      EGRESS_ALLOW_CIDRS: `${open}/32`,
      NODE_USE_ENV_PROXY: '1',
      ...Object.fromEntries(variables.map((name) => [name, proxy])),
    });
    try {
      const token = await signedUp(server);
      const test = async (type: string, config: object): Promise<Body> => {
        const made = await server.http('POST', '/api/v1/integrations', {
          bearer: token,
          body: { name: randomUUID(), type, config },
        });
        const { id } = made.body as { id: string };
        return (await server.http('POST', `/api/v1/integrations/${id}/test`, { bearer: token, body: {} })).body;
      };
      expect(await test('http', { url: `http://${open}:${outsidePort}/hook` })).toMatchObject({ status: 'delivered' });
      expect(taken).toEqual(['POST /hook HTTP/1.1']);
      for (const refused of [
        await test('http', { url: 'http://localhost:9/' }),
        await test('mqtt', { host: 'localhost', port: 9, topic: 't' }),
      ]) {
        expect(refused.error.code).toBe('egress.refused');
      }
      expect(inside.connectionCount).toBe(0);
    } finally {
      await server.stop();
      await database.drop();
    }
  });
});

async function signedUp(server: ServerProcess): Promise<string> {
  const account = { username: 'ann', password: 'a long enough password' };
  await server.http('POST', '/api/v1/auth/register', { body: { ...account, email: 'ann@example.com' } });
  const login = await server.http('POST', '/api/v1/auth/login', { body: account });
  return (login.body as { access_token: string }).access_token;
}
