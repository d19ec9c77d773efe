import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Changes } from '../../src/core/changes/changes.js';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { ApiKeyUsage } from '../../src/modules/auth/api-key-usage.js';
import { Authenticators } from '../../src/modules/auth/authenticators.service.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type TestApp, type TestRequest } from '../support/app.js';

const clock = new FakeClock();
let server: TestApp;
let token: string;

beforeAll(async () => {
  server = await startTestApp({ clock });
});
afterAll(() => server.close());

const keys = '/api/v1/api-keys';
/** A route that admits keys with the scope `read`. */
const readable = '/api/v1/labels';
const aKey = async (more: object = {}) =>
  (await server.http('POST', keys, { token, body: { name: 'ChirpStack', scopes: ['read'], ...more } })).body;
const statusWith = async (request: TestRequest) => (await server.http('GET', readable, request)).status;

beforeAll(async () => {
  ({ token } = await server.signUp());
});

describe('POST /api-keys', () => {
  it('shows the key once and stores only its hash', async () => {
    const made = await server.http('POST', keys, { token, body: { name: 'ChirpStack', scopes: ['ingest', 'read'] } });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'ChirpStack', scopes: ['ingest', 'read'], expires_at: null },
    });
    const { id, key, prefix } = made.body as { id: string; key: string; prefix: string };
    expect(key).toMatch(/^flk_[0-9a-f]{16}_[0-9A-Za-z]{49}$/);
    expect(key.startsWith(`${prefix}_`)).toBe(true);
    expect(made.headers['cache-control']).toBe('no-store');
    expect(made.body).toHaveProperty('created_at');
    const read = (await server.http('GET', `${keys}/${id}`, { token })).body;
    expect(read).not.toHaveProperty('key');
    expect(read.prefix).toBe(prefix);
    const stored = await server.database.query('SELECT * FROM api_keys WHERE id = $1', [id]);
    expect(JSON.stringify(stored)).not.toContain(key.slice(21, 64));
  });

  it.each([
    ['scopes', { scopes: [] }],
    ['scopes', { scopes: ['admin'] }],
    ['scopes', { scopes: ['read', 'read'] }],
    ['scopes', { scopes: 'read' }],
    ['name', { name: '' }],
    ['name', { name: 'nul\u0000' }],
    ['expires_at', { expires_at: 'tomorrow' }],
    ['expires_at', { expires_at: '2001-01-01T00:00:00Z' }],
    ['expires_at', { expires_at: '2030-W01-1' }],
    ['expires_at', { expires_at: '2030-06-30T23:59:60Z' }],
    ['tenant_id', { tenant_id: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' }],
    ['key', { key: 'flk_my_own' }],
  ])('refuses %s as in %j', async (field, more) => {
    const answer = await server.http('POST', keys, { token, body: { name: 'k', scopes: ['read'], ...more } });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].path.split('.')[0]).toBe(field);
  });
});

describe('GET /api-keys', () => {
  it("lists this tenant's keys, newest first, by name and scope, in pages", async () => {
    const { token: mine } = await server.signUp();
    for (const [name, scopes] of [
      ['first', ['read']],
      ['second', ['ingest']],
      ['third', ['read', 'write']],
    ] as const) {
      await server.http('POST', keys, { token: mine, body: { name, scopes } });
    }
    const names = async (query: string) =>
      (await server.http('GET', `${keys}?${query}`, { token: mine })).body.map(({ name }: { name: string }) => name);
    expect(await names('')).toEqual(['third', 'second', 'first']);
    expect(await names('name=IR')).toEqual(['third', 'first']);
    expect(await names('scope=ingest')).toEqual(['second']);
    const expires_at = new Date(clock.nowMs() + 60_000).toISOString();
    await server.http('POST', keys, { token: mine, body: { name: 'fourth', scopes: ['read'], expires_at } });
    expect(await names('expired=true')).toEqual([]);
    clock.advance(61_000);
    expect(await names('expired=true')).toEqual(['fourth']);
    expect(await names('expired=false')).toEqual(['third', 'second', 'first']);
    expect((await server.http('GET', `${keys}?expired=perhaps`, { token: mine })).status).toBe(400);
    const page = await server.http('GET', `${keys}?limit=1&skip=1`, { token: mine });
    expect(page.body).toMatchObject([{ name: 'third' }]);
    expect(page.headers['x-total-count']).toBe('4');
  });
});

describe('PATCH /api-keys', () => {
  const patch = (id: unknown, body: object) => server.http('PATCH', `${keys}/${String(id)}`, { token, body });
  const soon = (ms: number) => new Date(clock.nowMs() + ms).toISOString();

  it('renames a key and moves its end, and what was read may be sent back', async () => {
    const { id, key } = await aKey();
    const read = (await server.http('GET', `${keys}/${String(id)}`, { token })).body;
    const expires_at = soon(60_000);
    const changed = await patch(id, { ...read, name: 'ChirpStack in Berlin', expires_at });
    expect(changed).toMatchObject({ status: 200, body: { ...read, name: 'ChirpStack in Berlin', expires_at } });
    expect(await patch(id, changed.body)).toMatchObject({ status: 200, body: changed.body });
    expect(await patch(id, { expires_at: null })).toMatchObject({ status: 200, body: { expires_at: null } });
    const { body } = await server.http('GET', `/api/v1/audit?subject_id=${String(id)}`, { token });
    expect(body.map(({ action }: { action: string }) => action)).toEqual([
      'api_key.updated',
      'api_key.updated',
      'api_key.created',
    ]);
    expect(body[1].changes.name).toEqual({ before: 'ChirpStack', after: 'ChirpStack in Berlin' });
    expect(await statusWith({ apiKey: key })).toBe(200);
  });

  it('holds in every process', async () => {
    const neighbour = await startTestApp({ database: server.database, clock });
    const { id, key } = await aKey({ expires_at: soon(60_000) });
    const atNeighbour = async () => (await neighbour.http('GET', readable, { apiKey: key })).status;
    expect([await statusWith({ apiKey: key }), await atNeighbour()]).toEqual([200, 200]);
    await patch(id, { expires_at: soon(5_000) });
    await neighbour.app.get(Changes).read();
    clock.advance(5_001);
    expect([await statusWith({ apiKey: key }), await atNeighbour()]).toEqual([401, 401]);
    await patch(id, { expires_at: null });
    await neighbour.app.get(Changes).read();
    expect([await statusWith({ apiKey: key }), await atNeighbour()]).toEqual([200, 200]);
    await neighbour.close();
  });

  it.each([
    ['scopes', { scopes: ['read', 'write'] }],
    ['prefix', { prefix: 'flk_0123456789abcdef' }],
    ['last_used_at', { last_used_at: '2030-01-01T00:00:00Z' }],
    ['name', { name: null }],
    ['expires_at', { expires_at: '2001-01-01T00:00:00Z' }],
    ['key', { key: 'flk_my_own' }],
  ])('refuses %s as in %j', async (field, body) => {
    const { id } = await aKey();
    const answer = await patch(id, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].path).toBe(field);
  });

  it('knows no revoked key and none of another tenant', async () => {
    const { id } = await aKey();
    const stranger = await server.signUp();
    const url = `${keys}/${String(id)}`;
    expect(await server.http('PATCH', url, { token: stranger.token, body: { name: 'mine' } })).toMatchObject({
      status: 404,
      body: { code: 'api_key.not_found' },
    });
    await server.http('DELETE', url, { token });
    expect((await patch(id, { name: 'late' })).status).toBe(404);
  });
});

describe('when a key was last used', () => {
  const lastUse = async (id: unknown) =>
    (await server.http('GET', `${keys}/${String(id)}`, { token })).body.last_used_at as string | null;
  const write = (at = server) => at.app.get(ApiKeyUsage).write();
  const ageMs = async (id: unknown) => clock.nowMs() - Date.parse(String(await lastUse(id)));

  it('is written behind the requests, at most once a minute, in whatever process', async () => {
    const neighbour = await startTestApp({ database: server.database, clock });
    const { id, key } = await aKey();
    const use = (at: TestApp) => at.http('GET', readable, { apiKey: key });
    await use(server);
    expect(await lastUse(id)).toBeNull();
    await write();
    const first = await lastUse(id);
    expect(await ageMs(id)).toBeLessThan(5_000);

    clock.advance(50_000);
    await use(neighbour);
    await use(server);
    await Promise.all([write(neighbour), write()]);
    expect(await lastUse(id)).toBe(first);

    clock.advance(11_000);
    await use(neighbour);
    await neighbour.close(); // what it knew is written at its end
    expect(await lastUse(id)).not.toBe(first);
    expect(await ageMs(id)).toBeLessThan(5_000);
  });

  it('is not when it was refused: with a wrong secret, or after its end', async () => {
    const { checksummed } = await import('../support/forged-key.js');
    const { id, prefix } = await aKey();
    expect(await statusWith({ apiKey: checksummed(prefix, 'a'.repeat(43)) })).toBe(401);
    await write();
    expect(await lastUse(id)).toBeNull();
  });

  it('is kept for the next time while the database is away', async () => {
    const { id, key } = await aKey();
    await statusWith({ apiKey: key });
    const comeBack = takeDatabaseAway(server);
    await write();
    comeBack();
    expect(await lastUse(id)).toBeNull();
    await write();
    expect(await lastUse(id)).not.toBeNull();
  });
});

describe('an API key', () => {
  it('is taken as bearer or as X-API-Key, in any spelling of the header', async () => {
    const { key } = await aKey();
    expect(await statusWith({ apiKey: key })).toBe(200);
    expect(await statusWith({ token: key })).toBe(200);
    expect(await statusWith({ headers: { 'X-API-KEY': key } })).toBe(200);
    expect(await statusWith({ headers: { authorization: `bearer ${String(key)}` } })).toBe(200);
  });

  it('may do what its scopes say, and nothing else', async () => {
    const { key } = await aKey({ scopes: ['ingest'] });
    const answer = await server.http('GET', readable, { apiKey: key });
    expect(answer).toMatchObject({ status: 403, body: { detail: 'this needs an API key with the scope read' } });
    expect((await server.http('GET', keys, { apiKey: key })).status).toBe(403);
  });

  it('with a letter changed is refused without asking the database', async () => {
    const { key } = await aKey();
    const asked = countingQueries(server);
    const typo = `${key.slice(0, -10)}${key.at(-10) === 'a' ? 'b' : 'a'}${key.slice(-9)}`;
    expect(await statusWith({ apiKey: typo })).toBe(401);
    expect(asked()).toBe(0);
  });

  it('is known without the database from its second use on', async () => {
    const { key } = await aKey();
    const authenticators = server.app.get(Authenticators);
    await authenticators.identify(key);
    const asked = countingQueries(server);
    for (let use = 0; use < 100; use += 1) await authenticators.identify(key);
    expect(asked()).toBe(0);
  });

  it('with the right id and the secret of another is refused', async () => {
    const [one, other] = [await aKey(), await aKey()];
    const { checksummed } = await import('../support/forged-key.js');
    expect(await statusWith({ apiKey: checksummed(one.prefix, other.key.slice(21, 64)) })).toBe(401);
    expect(await statusWith({ apiKey: checksummed(one.prefix, one.key.slice(21, 64)) })).toBe(200);
  });

  it('ends when it expires', async () => {
    const expires_at = new Date(clock.nowMs() + 60_000).toISOString();
    const { key } = await aKey({ expires_at });
    expect(await statusWith({ apiKey: key })).toBe(200);
    clock.advance(60_000);
    expect(await statusWith({ apiKey: key })).toBe(401);
    ({ token } = await server.signUp());
  });

  it('ends in every process when it is revoked', async () => {
    const neighbour = await startTestApp({ database: server.database, clock });
    const { id, key } = await aKey();
    const atNeighbour = async () => (await neighbour.http('GET', readable, { apiKey: key })).status;
    expect([await statusWith({ apiKey: key }), await atNeighbour()]).toEqual([200, 200]);

    expect((await server.http('DELETE', `${keys}/${String(id)}`, { token })).status).toBe(204);

    expect(await statusWith({ apiKey: key })).toBe(401);
    await neighbour.app.get(Changes).read();
    expect(await atNeighbour()).toBe(401);
    expect((await server.http('GET', `${keys}/${String(id)}`, { token })).status).toBe(404);
    expect((await server.http('DELETE', `${keys}/${String(id)}`, { token })).status).toBe(404);
    await neighbour.close();
  });

  it('is good for ten minutes as last known while the database is away, and a revoked one is not', async () => {
    const [kept, revoked] = [await aKey(), await aKey()];
    await statusWith({ apiKey: kept.key });
    await statusWith({ apiKey: revoked.key });
    await server.http('DELETE', `${keys}/${String(revoked.id)}`, { token });
    const authenticators = server.app.get(Authenticators);
    const comeBack = takeDatabaseAway(server);
    clock.advance(9 * 60_000);
    expect(await authenticators.identify(kept.key)).toMatchObject({ kind: 'api_key', apiKeyId: kept.id });
    await expect(authenticators.identify(revoked.key)).rejects.toThrow('ECONNREFUSED');
    clock.advance(61_000);
    await expect(authenticators.identify(kept.key)).rejects.toThrow('ECONNREFUSED');
    expect(await server.http('GET', readable, { apiKey: kept.key })).toMatchObject({ status: 503 });
    comeBack();
    expect(await statusWith({ apiKey: kept.key })).toBe(200);
    ({ token } = await server.signUp());
  });
});

/** How many of the hot pool's look-ups for keys ran since. */
function countingQueries({ app }: TestApp): () => number {
  const pool = app.get(HotPool);
  const named = pool.named.bind(pool);
  let count = 0;
  pool.named = (name, text, values) => {
    if (name === 'auth-api-key-access') count += 1;
    return named(name, text, values);
  };
  return () => count;
}

function takeDatabaseAway({ app }: TestApp): () => void {
  const pool = app.get(HotPool);
  const named = pool.named.bind(pool);
  pool.named = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  return () => {
    pool.named = named;
  };
}
