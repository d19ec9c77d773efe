import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { aCast, type Cast } from '../support/cast.js';

/** Another address of this machine: who asks there comes from it, and not from loopback. */
const outerAddress = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

interface Asked {
  status: number;
  body: Body;
}

/** By a real socket, with whatever headers: fetch would not let a Host be chosen. */
function ask(port: number, path: string, headers: Record<string, string> = {}, address = '127.0.0.1'): Promise<Asked> {
  const host = `localhost:${port.toString()}`;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: address, port, path: `/api/v1/${path}`, headers: { host, ...headers } });
    request.on('error', reject);
    request.on('response', (response) => {
      void text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(body) });
      }, reject);
    });
    request.end();
  });
}

async function startListening(identityLocalAccess: boolean): Promise<{ server: TestApp; port: number; cast: Cast }> {
  const server = await startTestApp({ settings: { identityLocalAccess } });
  await server.app.listen(0, '0.0.0.0');
  const { port } = new URL((await server.app.getUrl()).replace('0.0.0.0', '127.0.0.1'));
  return { server, port: Number(port), cast: await aCast(server) };
}

describe('where programs of this machine are let in', () => {
  let server: TestApp;
  let port: number;
  let cast: Cast;
  beforeAll(async () => {
    ({ server, port, cast } = await startListening(true));
  });
  afterAll(() => server.close());

  it('they need no login', async () => {
    for (const path of ['device', 'device/provisioned', 'state', 'state/target', 'state/current']) {
      expect([path, (await ask(port, path)).status]).toEqual([path, 200]);
    }
    expect((await ask(port, 'device', { host: `127.0.0.1:${port.toString()}` })).status).toBe(200);
  });

  it('what they do is recorded as nobody’s, with its address', async () => {
    const answer = await fetch(`http://127.0.0.1:${port.toString()}/api/v1/device/provision`, { method: 'POST' });
    expect(answer.status).toBe(200);
    const [record] = await server.database.query(
      `SELECT actor_kind, actor_id, address FROM audit_log WHERE action = 'identity.provisioned'`,
    );
    expect(record).toEqual({ actor_kind: 'system', actor_id: null, address: '127.0.0.1' });
  });

  it.each([
    ['forwarded by a proxy', { 'x-forwarded-for': '127.0.0.1' }],
    ['forwarded as RFC 7239 says it', { forwarded: 'for=127.0.0.1' }],
    ['passed on', { via: '1.1 tunnel' }],
    ['of a page in a browser', { origin: 'http://localhost:3000' }],
    ['of a page without a name', { origin: 'null' }],
    ['of a page by an image', { 'sec-fetch-site': 'cross-site' }],
    ['to a name that only leads here', { host: 'rebound.example.com' }],
  ])('a request %s needs one', async (_, headers) => {
    const { status, body } = await ask(port, 'device', headers);
    expect([status, body.code, body.error]).toEqual([401, 'auth.missing_credentials', 'Unauthorized']);
    expect((await ask(port, 'state', headers)).status).toBe(401);
  });

  (outerAddress === undefined ? it.skip : it)('and so does one from another address', async () => {
    expect((await ask(port, 'device', {}, outerAddress)).status).toBe(401);
    const authorization = `Bearer ${cast.users.superuser}`;
    expect((await ask(port, 'device', { authorization }, outerAddress)).status).toBe(200);
  });

  it('a credential that is sent must be good, and a superuser’s', async () => {
    const by = async (credential: string) =>
      (await ask(port, 'device', { authorization: `Bearer ${credential}` })).status;
    expect(await by('letmein')).toBe(401);
    expect(await by(cast.users.admin)).toBe(403);
    expect(await by(cast.keys.write)).toBe(403);
    expect(await by(cast.device)).toBe(403);
    expect(await by(cast.users.superuser)).toBe(200);
  });

  it('nothing else is open to them', async () => {
    for (const path of ['devices', 'auth/me', 'audit', 'admin/jobs']) {
      expect([path, (await ask(port, path)).status]).toEqual([path, 401]);
    }
  });
});

describe('where they are not', () => {
  let server: TestApp;
  let port: number;
  let cast: Cast;
  beforeAll(async () => {
    ({ server, port, cast } = await startListening(false));
  });
  afterAll(() => server.close());

  it('all need a superuser’s login', async () => {
    expect((await ask(port, 'device')).status).toBe(401);
    expect((await ask(port, 'device', { authorization: `Bearer ${cast.users.admin}` })).status).toBe(403);
    expect((await ask(port, 'device', { authorization: `Bearer ${cast.users.superuser}` })).status).toBe(200);
  });
});
