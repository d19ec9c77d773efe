import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Changes } from '../../src/core/changes/changes.js';
import type { OidcSettings } from '../../src/core/config/settings.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { audience, OidcIssuer } from '../support/oidc-issuer.js';

let issuer: OidcIssuer;
let server: TestApp;
let neighbour: TestApp;
const clock = new FakeClock();
const skewSeconds = 30;

beforeAll(async () => {
  issuer = await OidcIssuer.start();
  const oidc: OidcSettings = {
    issuer: issuer.url,
    audience,
    roleClaim: 'roles',
    tenantClaim: 'tenant',
    clockSkewSeconds: skewSeconds,
  };
  server = await startTestApp({ clock, settings: { oidc } });
  neighbour = await startTestApp({ clock, settings: { oidc }, database: server.database });
});
afterAll(async () => {
  await neighbour.close();
  await server.close();
  await issuer.close();
});

const now = () => Math.floor(clock.nowMs() / 1_000);
/** A token of a new person, unless `sub` says whose. */
const aToken = ({ seconds = 300, ...claims }: { seconds?: number } & Record<string, unknown> = {}) =>
  issuer.sign({ sub: randomUUID(), roles: ['editor'], iat: now(), exp: now() + seconds, jti: randomUUID(), ...claims });
const get = (path: string, token: string, of = server) => of.http('GET', `/api/v1/auth/${path}`, { token });
const post = (path: string, token: string, body?: object) =>
  server.http('POST', `/api/v1/auth/${path}`, { token, ...(body === undefined ? {} : { body }) });
const statusOf = async (token: string, of = server) => (await get('me', token, of)).status;
const rowsOf = async (token: string) =>
  server.database.query<{ id: string; expires_at: Date }>(
    'SELECT id, expires_at FROM sessions WHERE user_id = $1 ORDER BY id',
    [(await get('me', token)).body.id],
  );

describe('a login at the issuer', () => {
  it('is one session among the others, whose tokens all belong to it', async () => {
    const [sub, sid, authenticated] = [randomUUID(), randomUUID(), now() - 60];
    const first = await aToken({ sub, sid, auth_time: authenticated });
    const headers = { 'user-agent': 'Firefox' };
    expect((await server.http('GET', '/api/v1/auth/me', { token: first, headers })).status).toBe(200);
    clock.advance(60_000);
    const second = await aToken({ sub, sid });
    const { body } = await get('sessions', second);
    expect(body).toEqual([
      {
        id: expect.any(String),
        tenant_id: expect.any(String),
        current: true,
        remembered: false,
        address: '127.0.0.1',
        user_agent: 'Firefox',
        created_at: expect.any(String),
        refreshed_at: expect.any(String),
        expires_at: new Date((now() + 300 + skewSeconds) * 1_000).toISOString(),
      },
    ]);
    expect((await get('sessions', first)).body).toEqual(body);
    const other = await aToken({ sub, sid: randomUUID() });
    expect((await get('sessions', other)).body).toHaveLength(2);
  });

  it('is written once for each token, however many requests come, in however many processes', async () => {
    const token = await aToken();
    await Promise.all(Array.from({ length: 10 }, (_, i) => statusOf(token, i % 2 === 0 ? server : neighbour)));
    const [row, ...more] = await rowsOf(token);
    expect(more).toEqual([]);
    const written = () => server.database.query('SELECT xmin::text, * FROM sessions WHERE id = $1', [row?.id]);
    const before = await written();
    clock.advance(31_000);
    expect([await statusOf(token), await statusOf(token, neighbour)]).toEqual([200, 200]);
    expect(await rowsOf(token)).toHaveLength(1);
    expect(await written()).toEqual(before);
  });

  it('does not end earlier when an older token of it is seen later', async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    const [shorter, longer] = [await aToken({ sub, sid, seconds: 100 }), await aToken({ sub, sid, seconds: 200 })];
    for (const token of [longer, shorter]) expect(await statusOf(token)).toBe(200);
    const [row] = await rowsOf(longer);
    expect(row?.expires_at).toEqual(new Date((now() + 200 + skewSeconds) * 1_000));
  });

  it('is each token of its own where the issuer names no session', async () => {
    const sub = randomUUID();
    const [first, second] = [await aToken({ sub }), await aToken({ sub })];
    expect((await post('logout', first)).status).toBe(204);
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  });

  it('is forgotten when its time is over, but not where it was ended here', async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    const ended = await aToken({ sub, sid });
    expect((await post('logout', ended)).status).toBe(204);
    const one = await aToken({ sub });
    expect(await rowsOf(one)).toHaveLength(2);
    clock.advance(400_000);
    await server.app.get(Maintenance).runNow('sessions');
    expect(await statusOf(await aToken({ sub, sid }))).toBe(401);
    expect(await rowsOf(await aToken({ sub }))).toHaveLength(2);
  });
});

describe('a logout', () => {
  it('refuses every token of the login, here and in the other processes, also those that come later', async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    const [first, second] = [await aToken({ sub, sid }), await aToken({ sub, sid, seconds: 400 })];
    const elsewhere = await aToken({ sub, sid: randomUUID() });
    for (const token of [first, second, elsewhere]) expect(await statusOf(token, neighbour)).toBe(200);
    expect((await post('logout', first)).status).toBe(204);
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 401]);
    await neighbour.app.get(Changes).read();
    expect([await statusOf(first, neighbour), await statusOf(second, neighbour)]).toEqual([401, 401]);
    clock.advance(200_000);
    const later = await aToken({ sub, sid });
    expect(await get('me', later)).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } });
    expect(await statusOf(elsewhere)).toBe(200);
  });

  it('of all sessions ends those of the issuer, too', async () => {
    const sub = randomUUID();
    const tokens = [await aToken({ sub, sid: '1' }), await aToken({ sub, sid: '2' })];
    for (const token of tokens) expect(await statusOf(token)).toBe(200);
    expect((await post('logout-everywhere', tokens[0] ?? '')).status).toBe(204);
    for (const token of tokens) expect(await statusOf(token)).toBe(401);
  });

  it('may be of another session, by its id', async () => {
    const sub = randomUUID();
    const [here, there] = [await aToken({ sub, sid: '1' }), await aToken({ sub, sid: '2' })];
    const { body } = await get('sessions', there);
    const { id } = body.find(({ current }: { current: boolean }) => current);
    const url = `/api/v1/auth/sessions/${String(id)}`;
    const stranger = await aToken();
    expect((await server.http('DELETE', url, { token: stranger })).status).toBe(404);
    expect((await server.http('DELETE', url, { token: here })).status).toBe(204);
    expect([await statusOf(here), await statusOf(there)]).toEqual([200, 401]);
  });
});

describe('POST /auth/switch with a token of the issuer', () => {
  /** Somebody whom the issuer has let into a second tenant before. */
  const aPersonInTwo = async () => {
    const { tenantId } = await server.signUp();
    const [tenant] = await server.database.query<{ slug: string }>('SELECT slug FROM tenants WHERE id = $1', [
      tenantId,
    ]);
    const sub = randomUUID();
    expect(await statusOf(await aToken({ sub, roles: ['viewer'], tenant: tenant?.slug }))).toBe(200);
    return { tenantId, token: await aToken({ sub }) };
  };

  it('opens a session in another tenant of theirs, with the role that they have there', async () => {
    const { token, tenantId } = await aPersonInTwo();
    const { status, body } = await post('switch', token, { tenant_id: tenantId });
    expect(status).toBe(200);
    const [here, there] = [await get('me', token), await get('me', body.access_token)];
    expect(there.body).toEqual({ ...here.body, tenant_id: tenantId, role: 'viewer' });
    expect(here.body.tenant_id).not.toBe(tenantId);
  });

  it('lasts as long as the token and is never refreshed beyond it', async () => {
    const { token, tenantId } = await aPersonInTwo();
    const switched = (await post('switch', token, { tenant_id: tenantId })).body;
    const leftS = 300 + skewSeconds;
    // Of the seconds that are left some pass while the test runs.
    const isOf = (seconds: number, whole: number) => seconds <= whole && seconds > whole - 60;
    expect(isOf(switched.expires_in, leftS)).toBe(true);
    expect(isOf(switched.refresh_expires_in, leftS)).toBe(true);
    clock.advance(200_000);
    const refreshed = await post('refresh', '', { refresh_token: switched.refresh_token });
    expect(refreshed.status).toBe(200);
    expect(isOf(refreshed.body.expires_in, leftS - 200)).toBe(true);
    clock.advance((leftS - 200) * 1_000);
    expect(await statusOf(refreshed.body.access_token)).toBe(401);
    expect((await post('refresh', '', { refresh_token: refreshed.body.refresh_token })).status).toBe(401);
  });

  it('refuses a tenant that is not theirs, and a token that was logged out', async () => {
    const { token, tenantId } = await aPersonInTwo();
    const stranger = await server.signUp();
    expect(await post('switch', token, { tenant_id: stranger.tenantId })).toMatchObject({
      status: 404,
      body: { code: 'tenant.not_found' },
    });
    expect((await post('logout', token)).status).toBe(204);
    expect((await post('switch', token, { tenant_id: tenantId })).status).toBe(401);
  });
});
