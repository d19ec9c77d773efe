import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthService } from '../../src/modules/auth/auth.service.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type TestApp } from '../support/app.js';

const password = 'a long enough password';
const clock = new FakeClock();
let server: TestApp;

beforeAll(async () => {
  server = await startTestApp({ clock });
});
afterAll(() => server.close());

const post = (url: string, body: unknown, token?: string) =>
  server.http('POST', url, { body, ...(token === undefined ? {} : { token }) });
const get = (url: string, token: string) => server.http('GET', url, { token });
const register = (account: object) => post('/api/v1/auth/register', account);
const logIn = (login: object) => post('/api/v1/auth/login', login);

describe('POST /auth/register', () => {
  it('makes a user and a tenant of its own, of which it is the admin', async () => {
    const answer = await register({ email: ' Ann@Example.com ', username: 'ann', password });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      email: 'ann@example.com',
      username: 'ann',
      is_active: true,
      is_superuser: false,
      role: 'admin',
    });
    expect(JSON.stringify(answer.body)).not.toContain('argon2');
    const lanes = await server.database.query('SELECT kind FROM lanes WHERE id = $1 AND tenant_id = $1', [
      answer.body.tenant_id,
    ]);
    expect(lanes).toEqual([{ kind: 'events' }]);
  });

  it('stores the password as argon2id of 19 MiB, two passes, one lane', async () => {
    await register({ email: 'hash@example.com', username: 'hash', password });
    const [row] = await server.database.query<{ password_hash: string }>(
      `SELECT password_hash FROM users WHERE username = 'hash'`,
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it.each([
    ['email', { email: 'BOB@example.com', username: 'other-bob' }, 'user.email_taken'],
    ['username', { email: 'other-bob@example.com', username: 'BoB' }, 'user.username_taken'],
  ])('refuses a taken %s in any case, names it, and leaves nothing behind', async (field, account, code) => {
    await register({ email: 'bob@example.com', username: 'bob', password });
    const tenants = await server.database.query('SELECT id FROM tenants');
    const answer = await register({ ...account, password });
    expect(answer).toMatchObject({ status: 409, body: { code, errors: [{ path: field }] } });
    expect(await server.database.query('SELECT id FROM tenants')).toHaveLength(tenants.length);
  });

  it.each([
    ['is_superuser', true],
    ['is_superuser', false],
    ['is_active', true],
    ['role', 'admin'],
    ['tenant_id', '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90'],
    ['id', '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90'],
  ])('refuses %s, which is not for a newcomer to say', async (field, value) => {
    const account = { email: 'eve@example.com', username: 'eve', password, [field]: value };
    expect(await register(account)).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
    expect(await server.database.query(`SELECT 1 FROM users WHERE username = 'eve'`)).toEqual([]);
  });

  it.each([
    ['email', 'no address'],
    ['email', `${'a'.repeat(250)}@example.com`],
    ['email', 7],
    ['username', 'ab'],
    ['username', 'a'.repeat(65)],
    ['username', 'with blank'],
    ['username', 'ann@example.com'],
    ['username', 'nul\u0000byte'],
    ['password', 'seven77'],
    ['password', 'a'.repeat(129)],
    ['password', undefined],
  ])('refuses the %s %j', async (field, value) => {
    const answer = await register({ email: 'new@example.com', username: 'newcomer', password, [field]: value });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation.failed' } });
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toContain(field);
  });

  it('is closed when the operator says so', async () => {
    const closed = await startTestApp({ database: server.database, settings: { registration: 'closed' } });
    const answer = await closed.http('POST', '/api/v1/auth/register', {
      body: { email: 'late@example.com', username: 'late', password },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.registration_closed' } });
    await closed.close();
  });
});

describe('POST /auth/login', () => {
  beforeAll(() => register({ email: 'lo@example.com', username: 'Logan', password }));

  it.each([
    ['username', { username: 'logan' }],
    ['username that is an address', { username: 'LO@example.com' }],
    ['email', { email: 'lo@example.com' }],
    ['email and rememberMe', { email: 'lo@example.com', rememberMe: true }],
  ])('takes JSON with a %s', async (_, name) => {
    const answer = await logIn({ ...name, password });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 900 } });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await get('/api/v1/auth/me', answer.body.access_token)).body.username).toBe('Logan');
  });

  it('takes a form, as the documents show it', async () => {
    const form = { username: 'lo@example.com', password, grant_type: 'password', remember_me: 'true' };
    const answer = await server.http('POST', '/api/v1/auth/login', { form });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'bearer' } });
  });

  it('waits thirty days for whom it shall remember, and half a day for others', async () => {
    const hours = async (login: object) =>
      (await logIn({ username: 'logan', password, ...login })).body.refresh_expires_in / 3_600;
    expect(await hours({})).toBeCloseTo(12);
    expect(await hours({ remember_me: true })).toBeCloseTo(30 * 24);
  });

  it('answers alike for a wrong password, an unknown name and a deactivated user', async () => {
    await register({ email: 'off@example.com', username: 'offline-user', password });
    await server.database.query(`UPDATE users SET is_active = false WHERE username = 'offline-user'`);
    const answers = await Promise.all([
      logIn({ username: 'logan', password: 'wrong password' }),
      logIn({ username: 'nobody-of-this-name', password }),
      logIn({ email: 'nobody@example.com', password }),
      logIn({ username: 'offline-user', password }),
    ]);
    const bodies = answers.map(({ status, body }) => ({ status, ...body, request_id: '' }));
    expect(bodies[0]).toMatchObject({ status: 401, code: 'auth.bad_credentials' });
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  it('refuses a login without a name or a password', async () => {
    expect(await logIn({ password })).toMatchObject({ status: 400, body: { errors: [{ path: 'username' }] } });
    expect(await logIn({ username: 'logan' })).toMatchObject({ status: 400 });
  });
});

describe('GET and PATCH /auth/me', () => {
  it('shows and changes the user, who may send back what was read', async () => {
    const { token, userId, tenantId, email } = await server.signUp();
    const me = (await get('/api/v1/auth/me', token)).body;
    expect(me).toMatchObject({ id: userId, tenant_id: tenantId, email, role: 'admin', is_superuser: false });
    const changed = await server.http('PATCH', '/api/v1/auth/me', {
      token,
      body: { ...me, username: 'renamed', email: 'Renamed@Example.com' },
    });
    expect(changed).toMatchObject({ status: 200, body: { username: 'renamed', email: 'renamed@example.com' } });
    expect((await logIn({ username: 'renamed', password })).status).toBe(200);
  });

  it('refuses to make anybody a superuser', async () => {
    const { token } = await server.signUp();
    for (const body of [
      { is_superuser: true },
      { role: 'viewer' },
      { is_active: false },
      { password: 'x' },
      { email: null },
    ]) {
      expect(await server.http('PATCH', '/api/v1/auth/me', { token, body })).toMatchObject({ status: 400 });
    }
    expect((await get('/api/v1/auth/me', token)).body).toMatchObject({ is_superuser: false, role: 'admin' });
  });

  it('refuses a name that somebody else has', async () => {
    const [one, other] = [await server.signUp(), await server.signUp()];
    const answer = await server.http('PATCH', '/api/v1/auth/me', { token: one.token, body: { email: other.email } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'user.email_taken' } });
  });

  it('is for users, not for keys', async () => {
    const { token } = await server.signUp();
    const { body } = await post('/api/v1/api-keys', { name: 'k', scopes: ['read', 'write', 'ingest'] }, token);
    const answer = await server.http('GET', '/api/v1/auth/me', { apiKey: body.key });
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  });
});

describe('POST /auth/logout', () => {
  it('ends this session in every process, and no other one', async () => {
    const neighbour = await startTestApp({ database: server.database, clock });
    const { token, email } = await server.signUp();
    const other = (await logIn({ email, password })).body.access_token;
    const atNeighbour = (bearer: string) => neighbour.http('GET', '/api/v1/auth/me', { token: bearer });
    expect((await atNeighbour(token)).status).toBe(200);

    expect((await post('/api/v1/auth/logout', undefined, token)).status).toBe(204);

    expect(await get('/api/v1/auth/me', token)).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid_credentials' },
      headers: { 'www-authenticate': 'Bearer' },
    });
    await neighbourHears(neighbour);
    expect((await atNeighbour(token)).status).toBe(401);
    expect((await atNeighbour(other)).status).toBe(200);
    await neighbour.close();
  });
});

describe('access tokens', () => {
  it('end after fifteen minutes', async () => {
    const { token } = await server.signUp();
    clock.advance(14 * 60_000);
    expect((await get('/api/v1/auth/me', token)).status).toBe(200);
    clock.advance(61_000);
    expect((await get('/api/v1/auth/me', token)).status).toBe(401);
  });

  it('hold no role: taking one away works at once', async () => {
    const { token, userId } = await server.signUp();
    expect((await get('/api/v1/api-keys', token)).status).toBe(200);
    await server.database.query(`UPDATE memberships SET role = 'viewer' WHERE user_id = $1`, [userId]);
    clock.advance(31_000); // nobody recorded the change here: then the cache's age decides
    expect(await get('/api/v1/api-keys', token)).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden', detail: 'this needs the role admin; yours is viewer' },
    });
  });

  it('of a deactivated user are refused', async () => {
    const { token, userId } = await server.signUp();
    await server.database.query('UPDATE users SET is_active = false WHERE id = $1', [userId]);
    clock.advance(31_000);
    expect((await get('/api/v1/auth/me', token)).status).toBe(401);
  });

  it('are signed by one key, however many processes make the first one', async () => {
    const fresh = await startTestApp();
    const second = await startTestApp({ database: fresh.database });
    const keys = (app: TestApp) => app.http('GET', '/api/v1/auth/.well-known/jwks.json');
    const [one, other] = await Promise.all([keys(fresh), keys(second)]);
    expect(one.body.keys).toHaveLength(1);
    expect(other.body).toEqual(one.body);
    expect(one.body.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(one.body.keys[0]).not.toHaveProperty('d');
    await second.close();
    await fresh.close();
  });
});

describe('the first start', () => {
  it('makes the default tenant once, with its lane', async () => {
    const accounts = server.app.get(AuthService);
    const [one, other] = await Promise.all([accounts.ensureDefaultTenant(), accounts.ensureDefaultTenant()]);
    expect(one).toEqual(other);
    const lanes = await server.database.query('SELECT 1 FROM lanes WHERE id = $1', [one.id]);
    expect(lanes).toHaveLength(1);
  });

  it('makes an administrator with a random password, once', async () => {
    const fresh = await startTestApp();
    const accounts = fresh.app.get(AuthService);
    const made = await Promise.all([accounts.ensureFirstAdministrator(), accounts.ensureFirstAdministrator()]);
    expect(await accounts.ensureFirstAdministrator()).toBeNull();
    const [administrator] = made.filter((one) => one !== null);
    expect(made.filter((one) => one === null)).toHaveLength(1);
    const login = await fresh.http('POST', '/api/v1/auth/login', {
      body: { email: 'admin@localhost', password: administrator?.password },
    });
    const me = await fresh.http('GET', '/api/v1/auth/me', { token: login.body.access_token });
    expect(me.body).toMatchObject({ username: 'admin', is_superuser: true, role: 'admin' });
    expect(me.body.tenant_id).toBe((await accounts.ensureDefaultTenant()).id);
    await fresh.close();
  });
});

/** The other process reads what changed, as it does each second by itself. */
async function neighbourHears(neighbour: TestApp): Promise<void> {
  const { Changes } = await import('../../src/core/changes/changes.js');
  await neighbour.app.get(Changes).read();
}
