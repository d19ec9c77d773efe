import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Changes } from '../../src/core/changes/changes.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { Membership } from '../../src/modules/auth/membership.entity.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { checksummed } from '../support/forged-key.js';

const password = 'a long enough password';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const clock = new FakeClock();
let server: TestApp;
/** Another process on the same database. */
let neighbour: TestApp;
let email: string;
let userId: string;
let tenantId: string;

beforeAll(async () => {
  server = await startTestApp({ clock });
  neighbour = await startTestApp({ clock, database: server.database });
});
afterAll(async () => {
  await neighbour.close();
  await server.close();
});
beforeEach(async () => {
  ({ email, userId, tenantId } = await server.signUp());
});

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_expires_in: number;
}

const logIn = async (more: object = {}): Promise<Tokens> => {
  const { status, body } = await server.http('POST', '/api/v1/auth/login', { body: { email, password, ...more } });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};
const refresh = (refresh_token: unknown, at = server): Promise<TestAnswer> =>
  at.http('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
const refreshed = async (refresh_token: string): Promise<Tokens> => {
  const { status, body } = await refresh(refresh_token);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};
const statusOf = async (token: string, at = server) => (await at.http('GET', '/api/v1/auth/me', { token })).status;
const post = (path: string, token: string, body?: object) =>
  server.http('POST', `/api/v1/auth/${path}`, { token, ...(body === undefined ? {} : { body }) });
const refusal = { status: 401, body: { code: 'auth.invalid_refresh_token' } };

/** The other process reads what changed, as it does each second by itself. */
const neighbourHears = () => neighbour.app.get(Changes).read();

describe('POST /auth/refresh', () => {
  it('gives the next two tokens, of the same session', async () => {
    const first = await logIn();
    expect(first.refresh_token).toMatch(/^flr_[0-9a-f]{32}g0_[0-9A-Za-z]{49}$/);
    clock.advance(20 * 60_000);
    expect(await statusOf(first.access_token)).toBe(401);

    const answer = await refresh(first.refresh_token);

    expect(answer).toMatchObject({
      status: 200,
      body: { token_type: 'bearer', expires_in: 900, refresh_expires_in: 43_200 },
      headers: { 'cache-control': 'no-store' },
    });
    expect(answer.body.refresh_token).not.toBe(first.refresh_token);
    expect(sessionIdOf(answer.body.access_token)).toBe(sessionIdOf(first.access_token));
    expect(await statusOf(answer.body.access_token)).toBe(200);
  });

  it('takes a form too, as OAuth 2.0 clients send it', async () => {
    const { refresh_token } = await logIn();
    const form = { grant_type: 'refresh_token', refresh_token };
    expect((await server.http('POST', '/api/v1/auth/refresh', { form })).status).toBe(200);
  });

  it('goes on for a hundred times', async () => {
    let { refresh_token } = await logIn();
    for (let n = 0; n < 100; n += 1) ({ refresh_token } = await refreshed(refresh_token));
    expect(refresh_token).toContain('g100_');
  });

  it('gives twenty who ask at once, in two processes, the same next one', async () => {
    const { refresh_token } = await logIn();
    const asking = Array.from({ length: 20 }, (_, n) => refresh(refresh_token, n % 2 === 0 ? server : neighbour));
    const answers = await Promise.all(asking);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const next = [...new Set(answers.map(({ body }) => String(body.refresh_token)))];
    expect(next).toHaveLength(1);
    expect(next[0]).toContain('g1_');
    for (const { body } of answers) expect(await statusOf(body.access_token)).toBe(200);
    await refreshed(next[0] ?? '');
  });

  it('waits for the one that is under way, and goes by what that one leaves', async () => {
    const { refresh_token, access_token } = await logIn();
    const id = sessionIdOf(access_token);
    const { pending } = await server.app.get(Transactions).run(async (tx) => {
      await tx.query('SELECT id FROM sessions WHERE id = $1 FOR UPDATE', [id]);
      const asked = refresh(refresh_token);
      await eventually(async () => {
        const [row] = await server.database.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return row !== undefined && row.count > 0 ? true : undefined;
      }, 'a refresh that waits');
      await tx.query('UPDATE sessions SET refresh_generation = 7 WHERE id = $1', [id]);
      return { pending: asked };
    });
    expect(await pending).toMatchObject(refusal);
    const [row] = await server.database.query('SELECT refresh_generation FROM sessions WHERE id = $1', [id]);
    expect(row).toEqual({ refresh_generation: 7 });
  });

  it('answers the same again for ten seconds, because the first answer may be lost', async () => {
    const { refresh_token } = await logIn();
    const { refresh_token: next } = await refreshed(refresh_token);
    clock.advance(9_900);
    expect((await refreshed(refresh_token)).refresh_token).toBe(next);
    // That did not begin the ten seconds anew.
    clock.advance(200);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
    expect(await refresh(next)).toMatchObject(refusal);
  });

  it('ends the session in every process when a token comes back that was replaced, for thief and owner alike', async () => {
    const stolen = await logIn();
    const other = await logIn();
    const owner = await refreshed(stolen.refresh_token);
    await statusOf(owner.access_token, neighbour);
    clock.advance(11_000);

    expect(await refresh(stolen.refresh_token)).toMatchObject(refusal);

    expect(await refresh(owner.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(owner.access_token)).toBe(401);
    await neighbourHears();
    expect(await statusOf(owner.access_token, neighbour)).toBe(401);
    expect(await statusOf(other.access_token)).toBe(200);
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('records that end, for the admins of its tenant', async () => {
    const { refresh_token, access_token } = await logIn();
    await refreshed((await refreshed(refresh_token)).refresh_token);
    await refresh(refresh_token);
    const id = sessionIdOf(access_token);
    const { access_token: token } = await logIn();
    const { body } = await server.http('GET', `/api/v1/audit?subject_id=${id}`, { token });
    expect(body).toMatchObject([
      { action: 'session.ended', report: { reason: 'refresh_token_reused', user_id: userId } },
    ]);
  });

  it('takes the one before the last for a theft at once', async () => {
    const { refresh_token } = await logIn();
    const next = await refreshed((await refreshed(refresh_token)).refresh_token);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
    expect(await refresh(next.refresh_token)).toMatchObject(refusal);
  });

  it('lets nobody end a session by an invented token of it', async () => {
    const { refresh_token } = await logIn();
    const { refresh_token: good } = await refreshed(refresh_token);
    clock.advance(60_000);
    const session = good.slice(4, 36);
    for (const generation of [0, 1, 2, 999_999_999])
      expect(await refresh(checksummed(`flr_${session}g${generation}`, 'a'.repeat(43)))).toMatchObject(refusal);
    expect((await refresh(good)).status).toBe(200);
  });

  it.each([
    ['an access token', ({ access_token }: Tokens) => access_token],
    ['a token that was cut', ({ refresh_token }: Tokens) => refresh_token.slice(0, -1)],
    ['a token of no session', () => checksummed(`flr_${'0'.repeat(32)}g0`, 'a'.repeat(43))],
    ['a word', () => 'token'],
  ])('refuses %s', async (_, of) => {
    expect(await refresh(of(await logIn()))).toMatchObject({ ...refusal, headers: { 'cache-control': 'no-store' } });
  });

  it.each([[undefined], [''], [7], [['a']], ['a'.repeat(2_001)], ['nul\u0000']])(
    'refuses the body %j',
    async (token) => {
      expect(await refresh(token)).toMatchObject({ status: 400, body: { errors: [{ path: 'refresh_token' }] } });
    },
  );

  it('is no credential: a refresh token opens no route', async () => {
    const { refresh_token } = await logIn();
    expect(await statusOf(refresh_token)).toBe(401);
  });

  it('waits half a day, and thirty days for whom it shall remember', async () => {
    const [usual, remembered] = [await logIn(), await logIn({ rememberMe: true })];
    clock.advance(12 * hourMs + 1_000);
    expect(await refresh(usual.refresh_token)).toMatchObject(refusal);
    clock.advance(29 * dayMs);
    const next = await refreshed(remembered.refresh_token);
    clock.advance(30 * dayMs + 1_000);
    expect(await refresh(next.refresh_token)).toMatchObject(refusal);
  });

  it('asks for the password again after a week, however often it is refreshed, and no token outlives that', async () => {
    let tokens = await logIn();
    for (let n = 0; n < 14; n += 1) {
      clock.advance(12 * hourMs - 60_000);
      tokens = await refreshed(tokens.refresh_token);
    }
    clock.advance(14 * 60_000 - 5 * 60_000);
    tokens = await refreshed(tokens.refresh_token);
    expect(tokens.expires_in).toBeLessThanOrEqual(300);
    expect(tokens.refresh_expires_in).toBeLessThanOrEqual(300);
    clock.advance(5 * 60_000);
    expect(await statusOf(tokens.access_token)).toBe(401);
    expect(await refresh(tokens.refresh_token)).toMatchObject(refusal);
  });

  it.each([
    ['is deactivated', () => server.database.query('UPDATE users SET is_active = false WHERE id = $1', [userId])],
    ['is a member no more', () => server.database.query('DELETE FROM memberships WHERE user_id = $1', [userId])],
  ])('refuses whoever %s', async (_, change) => {
    const { refresh_token } = await logIn();
    await change();
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('stores of a token only its hash', async () => {
    const { refresh_token } = await logIn();
    const rows = await server.database.query('SELECT * FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(refresh_token.split('_')[2]?.slice(0, 43));
    const [row] = await server.database.query<{ bytes: number }>(
      `SELECT octet_length(refresh_hash) AS bytes FROM sessions ORDER BY id DESC LIMIT 1`,
    );
    expect(row?.bytes).toBe(32);
  });

  it('does not know sessions of the version before, which had no refresh tokens', async () => {
    const { refresh_token } = await logIn();
    await server.database.query('UPDATE sessions SET refresh_hash = NULL, refresh_salt = NULL');
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('goes on while SECRET_KEY is replaced, and after', async () => {
    const { refresh_token } = await logIn();
    const old = 'a key for tests that is long enough to pass every check';
    const settings = { secretKey: 'another key that is long enough for every check', previousSecretKeys: [old] };
    const both = await startTestApp({ clock, database: server.database, settings });
    const next = await refresh(refresh_token, both);
    expect((await refresh(refresh_token, both)).body.refresh_token).toBe(next.body.refresh_token);
    // A process that does not know the new key yet cannot say it again, and ends nothing.
    expect(await refresh(refresh_token, server)).toMatchObject(refusal);
    expect((await refresh(next.body.refresh_token, both)).status).toBe(200);
    await both.close();
  });
});

describe('GET and DELETE /auth/sessions', () => {
  const list = async (token: string): Promise<Body> =>
    (await server.http('GET', '/api/v1/auth/sessions', { token })).body;

  it('show where one is logged in, newest first', async () => {
    const agent = { 'user-agent': 'Firefox' };
    const login = await server.http('POST', '/api/v1/auth/login', {
      body: { email, password, rememberMe: true },
      headers: agent,
    });
    const sessions = await list(login.body.access_token);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toEqual({
      id: sessionIdOf(login.body.access_token),
      tenant_id: tenantId,
      current: true,
      remembered: true,
      address: '127.0.0.1',
      user_agent: 'Firefox',
      created_at: expect.any(String),
      refreshed_at: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(sessions[1]).toMatchObject({ current: false, remembered: false });
    const [, second] = sessions;
    const one = await server.http('GET', `/api/v1/auth/sessions/${String(second.id)}`, {
      token: login.body.access_token,
    });
    expect(one.body).toEqual(second);
  });

  it('end one of them, everywhere', async () => {
    const [here, there] = [await logIn(), await logIn()];
    await statusOf(there.access_token, neighbour);
    const url = `/api/v1/auth/sessions/${sessionIdOf(there.access_token)}`;
    const end = () => server.http('DELETE', url, { token: here.access_token });
    expect((await end()).status).toBe(204);
    expect(await end()).toMatchObject({ status: 404, body: { code: 'session.not_found' } });
    expect(await statusOf(there.access_token)).toBe(401);
    await neighbourHears();
    expect(await statusOf(there.access_token, neighbour)).toBe(401);
    expect(await refresh(there.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(here.access_token)).toBe(200);
  });

  it("never those of somebody else, though in the same tenant's", async () => {
    const mine = await logIn();
    const other = await server.signUp();
    await addMember(other.userId, tenantId);
    const url = `/api/v1/auth/sessions/${sessionIdOf(mine.access_token)}`;
    for (const method of ['GET', 'DELETE'])
      expect(await server.http(method, url, { token: other.token })).toMatchObject({ status: 404 });
    expect(await statusOf(mine.access_token)).toBe(200);
  });

  it('are for users, not for keys', async () => {
    const { access_token: token } = await logIn();
    const key = await server.http('POST', '/api/v1/api-keys', { token, body: { name: 'k', scopes: ['read'] } });
    expect((await server.http('GET', '/api/v1/auth/sessions', { apiKey: key.body.key })).status).toBe(403);
  });

  it('leave out those that have ended, and forget them a week later', async () => {
    await logIn();
    clock.advance(12 * hourMs + 1_000);
    const { access_token } = await logIn();
    expect(await list(access_token)).toHaveLength(1);
    const count = () => server.database.query('SELECT 1 FROM sessions WHERE user_id = $1', [userId]);
    expect(await count()).toHaveLength(3);
    clock.advance(7 * dayMs - hourMs);
    await server.app.get(Maintenance).runNow('sessions');
    expect(await count()).toHaveLength(3);
    clock.advance(2 * hourMs);
    await server.app.get(Maintenance).runNow('sessions');
    expect(await count()).toHaveLength(1);
  });
});

describe('POST /auth/logout', () => {
  it('ends the refresh token with the session', async () => {
    const { access_token, refresh_token } = await logIn();
    expect((await post('logout', access_token)).status).toBe(204);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('is done when two leave at once', async () => {
    const { access_token } = await logIn();
    const both = await Promise.all([post('logout', access_token), post('logout', access_token)]);
    for (const { status } of both) expect([204, 401]).toContain(status);
    expect(await statusOf(access_token)).toBe(401);
  });
});

describe('POST /auth/logout-everywhere', () => {
  it('ends every session of the user in every process, and nobody else', async () => {
    const all = [await logIn(), await logIn({ rememberMe: true }), await logIn()];
    const other = await server.signUp();
    for (const { access_token } of all) expect(await statusOf(access_token, neighbour)).toBe(200);

    expect((await post('logout-everywhere', all[0]?.access_token ?? '')).status).toBe(204);

    await neighbourHears();
    for (const { access_token, refresh_token } of all) {
      expect(await statusOf(access_token)).toBe(401);
      expect(await statusOf(access_token, neighbour)).toBe(401);
      expect(await refresh(refresh_token)).toMatchObject(refusal);
    }
    expect(await statusOf(other.token)).toBe(200);
    expect(await statusOf((await logIn()).access_token)).toBe(200);
  });

  it('is heard by the other process without anybody telling it, within its 30 seconds', async () => {
    const { access_token } = await logIn();
    await statusOf(access_token, neighbour);
    await server.database.query('UPDATE sessions SET revoked_at = now() WHERE user_id = $1', [userId]);
    clock.advance(31_000);
    expect(await statusOf(access_token, neighbour)).toBe(401);
  });

  it('leaves nothing open that was being opened, switched or refreshed at that moment', async () => {
    const { access_token, refresh_token } = await logIn();
    const second = await aSecondTenant();
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => refresh(refresh_token)),
      ...Array.from({ length: 5 }, () => post('switch', access_token, { tenant_id: second })),
      post('logout-everywhere', access_token),
      ...Array.from({ length: 5 }, () => post('switch', access_token, { tenant_id: second })),
      ...Array.from({ length: 5 }, () => refresh(refresh_token)),
    ]);
    for (const { status, body } of answers) {
      expect([200, 204, 401]).toContain(status);
      if (status === 200) expect([status, await statusOf(body.access_token)]).toEqual([200, 401]);
    }
  });
});

describe('POST /auth/change-password', () => {
  const next = 'another long enough password';
  const change = (token: string, current_password: unknown = password, new_password: unknown = next) =>
    post('change-password', token, { current_password, new_password });

  it('changes it and ends every other session', async () => {
    const [here, there] = [await logIn(), await logIn()];
    await statusOf(there.access_token, neighbour);
    expect((await change(here.access_token)).status).toBe(204);
    await neighbourHears();
    expect(await statusOf(there.access_token)).toBe(401);
    expect(await statusOf(there.access_token, neighbour)).toBe(401);
    expect(await refresh(there.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(here.access_token)).toBe(200);
    expect((await refresh(here.refresh_token)).status).toBe(200);
    const old = await server.http('POST', '/api/v1/auth/login', { body: { email, password } });
    expect(old).toMatchObject({ status: 401 });
    await logIn({ password: next });
  });

  it('wants the present one, and does not take a wrong one for the end of the session', async () => {
    const { access_token } = await logIn();
    expect(await change(access_token, 'wrong')).toMatchObject({
      status: 403,
      body: { code: 'auth.wrong_password', errors: [{ path: 'current_password' }] },
    });
    expect(await statusOf(access_token)).toBe(200);
    await logIn();
  });

  it.each([
    ['current_password', [undefined, next]],
    ['new_password', [password, 'short']],
    ['new_password', [password, 'a'.repeat(129)]],
    ['new_password', [password, password]],
  ])('refuses a %s as in %j', async (path, [current, wanted]) => {
    const { access_token } = await logIn();
    const answer = await post('change-password', access_token, { current_password: current, new_password: wanted });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation.failed' } });
    expect(answer.body.errors[0].path).toBe(path);
  });

  it('slows down whoever guesses the present one, and refuses the right one while it waits', async () => {
    const { access_token } = await logIn();
    for (let n = 0; n < 6; n += 1) expect((await change(access_token, 'wrong')).status).toBe(403);
    expect(await change(access_token)).toMatchObject({
      status: 429,
      body: { code: 'auth.too_many_attempts' },
      headers: { 'retry-after': '1' },
    });
    clock.advance(1_000);
    expect((await change(access_token)).status).toBe(204);
  });

  it('lets one of two who change it at once win', async () => {
    const { access_token } = await logIn();
    const answers = await Promise.all([
      change(access_token, password, 'the first new password'),
      change(access_token, password, 'the second new password'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
  });

  it('leaves no session of the old password that was being opened at that moment', async () => {
    const { access_token } = await logIn();
    const opening = Array.from({ length: 5 }, () =>
      server.http('POST', '/api/v1/auth/login', { body: { email, password } }),
    );
    const [changed, ...logins] = await Promise.all([change(access_token), ...opening]);
    expect(changed.status).toBe(204);
    for (const { status, body } of logins) if (status === 200) expect(await statusOf(body.access_token)).toBe(401);
  });
});

describe('a user in several tenants', () => {
  const tenants = async (token: string): Promise<Body> => (await server.http('GET', '/api/v1/tenants', { token })).body;

  it('sees them, with the role in each', async () => {
    const second = await aSecondTenant('viewer');
    const { access_token } = await logIn();
    expect(await tenants(access_token)).toMatchObject([
      { id: tenantId, role: 'admin', current: true, slug: expect.any(String), name: expect.any(String) },
      { id: second, role: 'viewer', current: false },
    ]);
  });

  it('switches, and is there what the role there says; the first session stays', async () => {
    const second = await aSecondTenant('viewer');
    const first = await logIn({ rememberMe: true });
    const switched = await post('switch', first.access_token, { tenant_id: second });
    expect(switched).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { access_token: token, refresh_token } = switched.body;
    const me = await server.http('GET', '/api/v1/auth/me', { token });
    expect(me.body).toMatchObject({ id: userId, tenant_id: second, role: 'viewer' });
    expect((await server.http('POST', '/api/v1/labels', { token, body: { name: 'x' } })).status).toBe(403);
    expect((await tenants(token)).map(({ current }: Body) => current)).toEqual([false, true]);
    expect(await statusOf(first.access_token)).toBe(200);
    const { body } = await refresh(refresh_token);
    const again = await server.http('GET', '/api/v1/auth/me', { token: body.access_token });
    expect(again.body.tenant_id).toBe(second);
    expect(switched.body.refresh_expires_in).toBe(30 * 24 * 3_600);
  });

  it('cannot put off the next password by switching', async () => {
    const second = await aSecondTenant();
    const { access_token, refresh_token } = await logIn();
    let tokens = (await post('switch', access_token, { tenant_id: second })).body;
    for (let n = 0; n < 13; n += 1) {
      clock.advance(12 * hourMs - 60_000);
      tokens = await refreshed(tokens.refresh_token);
    }
    const back = (await post('switch', tokens.access_token, { tenant_id: tenantId })).body;
    expect(back.refresh_expires_in).toBeLessThan(13 * 3_600);
    clock.advance(back.refresh_expires_in * 1_000 + 1_000);
    expect(await refresh(back.refresh_token)).toMatchObject(refusal);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('switches nowhere else: an unknown tenant and a foreign one are one answer', async () => {
    const { access_token } = await logIn();
    const foreign = (await server.signUp()).tenantId;
    for (const tenant_id of [foreign, '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90']) {
      expect(await post('switch', access_token, { tenant_id })).toMatchObject({
        status: 404,
        body: { code: 'tenant.not_found' },
      });
    }
    expect((await post('switch', access_token, { tenant_id: 'no id' })).status).toBe(400);
  });

  it('is out of a tenant when the membership ends, and stays in the others', async () => {
    const second = await aSecondTenant();
    const { access_token } = await logIn();
    const there = (await post('switch', access_token, { tenant_id: second })).body;
    await server.database.query('DELETE FROM memberships WHERE user_id = $1 AND tenant_id = $2', [userId, second]);
    clock.advance(31_000);
    expect(await statusOf(there.access_token)).toBe(401);
    expect(await refresh(there.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(access_token)).toBe(200);
  });
});

function sessionIdOf(accessToken: string): string {
  const [, payload = ''] = accessToken.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid;
}

async function aSecondTenant(role: Membership['role'] = 'editor'): Promise<string> {
  const { tenantId: second } = await server.signUp();
  await addMember(userId, second, role);
  return second;
}

async function addMember(user: string, tenant: string, role: Membership['role'] = 'admin'): Promise<void> {
  await server.app
    .get(DataSource)
    .manager.insert(Membership, { tenantId: tenant, userId: user, role, createdAt: clock.now() });
}
