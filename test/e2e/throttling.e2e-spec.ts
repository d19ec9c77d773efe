import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { checksummed } from '../support/forged-key.js';

const password = 'a long enough password';
const proxy = '127.0.0.1/32';
const clock = new FakeClock();
let server: TestApp;
/** Another process on the same database. */
let neighbour: TestApp;
let addresses = 0;

beforeAll(async () => {
  server = await startTestApp({ clock, settings: { trustProxy: [proxy] } });
  neighbour = await startTestApp({ clock, database: server.database, settings: { trustProxy: [proxy] } });
});
afterAll(async () => {
  await neighbour.close();
  await server.close();
});

/** One that nobody has tried from. */
const anAddress = () => `192.0.2.${String((addresses += 1))}`;
const from = (address: string) => ({ 'x-forwarded-for': address });
const logIn = (login: object, address: string, at = server) =>
  at.http('POST', '/api/v1/auth/login', { body: login, headers: from(address) });
const fail = async (username: string, times: number, address = anAddress()) => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await logIn({ username, password: 'wrong' }, address)).status);
  return statuses;
};
const tooMany = (retryAfter: number) => ({
  status: 429,
  body: { code: 'auth.too_many_attempts', detail: 'too many attempts: wait as long as Retry-After says' },
  headers: { 'retry-after': String(retryAfter), 'cache-control': 'no-store' },
});
const times = (n: number, status: number) => Array.from({ length: n }, () => status);

describe('guessing the password of one account', () => {
  it('is let through ten times, and then asks for longer and longer waits, from wherever it is tried', async () => {
    const { email } = await server.signUp();
    expect(await fail(email, 11)).toEqual(times(11, 401));
    for (const seconds of [1, 2, 4, 8]) {
      expect(await logIn({ email, password: 'wrong' }, anAddress())).toMatchObject(tooMany(seconds));
      expect(await logIn({ email, password: 'wrong' }, anAddress(), neighbour)).toMatchObject(tooMany(seconds));
      clock.advance(seconds * 1_000);
      expect((await logIn({ email, password: 'wrong' }, anAddress())).status).toBe(401);
    }
  });

  it('refuses the right password while it waits, and takes it after, with the count forgotten', async () => {
    const { email } = await server.signUp();
    await fail(email, 11);
    expect(await logIn({ email, password }, anAddress())).toMatchObject(tooMany(1));
    clock.advance(1_000);
    expect((await logIn({ email, password }, anAddress())).status).toBe(200);
    expect(await fail(email, 11)).toEqual(times(11, 401));
  });

  it('is slowed down alike when nobody has the name', async () => {
    const { email } = await server.signUp();
    const nobody = `${randomUUID()}@example.com`;
    const story = async (name: string) => {
      const failed = await fail(name, 11);
      const refused = await logIn({ username: name, password: 'wrong' }, anAddress());
      const { date: _, 'x-request-id': __, ...headers } = refused.headers;
      return { failed, refused: { ...refused, headers, body: { ...refused.body, request_id: '' } } };
    };
    expect(await story(nobody)).toEqual(await story(email));
  });

  it('counts a name in whatever spelling it is typed', async () => {
    const name = `Ann-${randomUUID()}`;
    expect(await fail(name, 11)).toEqual(times(11, 401));
    for (const spelling of [name.toUpperCase(), ` ${name} `, name.replace('A', '\uff21')])
      expect((await logIn({ username: spelling, password: 'wrong' }, anAddress())).status).toBe(429);
  });

  it('does not get more by a hundred at once', async () => {
    const { email } = await server.signUp();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        logIn({ email, password: 'wrong' }, anAddress(), n % 2 === 0 ? server : neighbour),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(11);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(89);
  });

  it('leaves whoever is logged in where they are', async () => {
    const { email, token } = await server.signUp();
    const { body } = await logIn({ email, password }, anAddress());
    await fail(email, 11);
    expect((await server.http('GET', '/api/v1/auth/me', { token })).status).toBe(200);
    const { refresh_token } = body;
    expect((await server.http('POST', '/api/v1/auth/refresh', { body: { refresh_token } })).status).toBe(200);
  });

  it('is forgiven bit by bit', async () => {
    const { email } = await server.signUp();
    await fail(email, 11);
    clock.advance(30 * 60_000);
    expect(await fail(email, 7)).toEqual([...times(5, 401), 429, 429]);
  });
});

describe('guessing from one address', () => {
  it('is let through fifty times, whatever the names, and then waits', async () => {
    const address = anAddress();
    const names = Array.from({ length: 51 }, () => randomUUID());
    for (const name of names) expect(await fail(name, 1, address)).toEqual([401]);
    expect(await logIn({ username: randomUUID(), password: 'wrong' }, address)).toMatchObject(tooMany(1));
    const { email } = await server.signUp();
    expect((await logIn({ email, password }, address)).status).toBe(429);
    expect((await logIn({ email, password }, anAddress())).status).toBe(200);
  });

  it('is not wiped clean by logging in to an account of its own in between', async () => {
    const address = anAddress();
    const { email } = await server.signUp();
    for (let n = 0; n < 50; n += 1) {
      expect(await fail(randomUUID(), 1, address)).toEqual([401]);
      if (n % 10 === 0) expect((await logIn({ email, password }, address)).status).toBe(200);
    }
    expect(await fail(randomUUID(), 2, address)).toEqual([401, 429]);
  });

  it('costs nobody anything who logs in rightly, a hundred times', async () => {
    const { email } = await server.signUp();
    const address = anAddress();
    for (let n = 0; n < 100; n += 1) expect((await logIn({ email, password }, address)).status).toBe(200);
  });

  it('counts all addresses of one IPv6 network as one', async () => {
    for (let n = 0; n < 51; n += 1) await fail(randomUUID(), 1, `2001:db8:7:7::${n.toString(16)}`);
    expect(await fail(randomUUID(), 1, '2001:db8:7:7:ffff::1')).toEqual([429]);
    expect(await fail(randomUUID(), 1, '2001:db8:7:8::1')).toEqual([401]);
  });

  it('believes X-Forwarded-For only from proxies that TRUST_PROXY names', async () => {
    const distrusting = await startTestApp({ clock });
    for (let n = 0; n < 51; n += 1)
      await logIn({ username: randomUUID(), password: 'wrong' }, anAddress(), distrusting);
    expect((await logIn({ username: randomUUID(), password: 'wrong' }, anAddress(), distrusting)).status).toBe(429);
    await distrusting.close();
  });
});

describe('other attempts that are slowed down', () => {
  it('are registrations, also those that succeed', async () => {
    const address = anAddress();
    const register = (n: number) =>
      server.http('POST', '/api/v1/auth/register', {
        body: { email: `reg-${n}@example.com`, username: `reg-${n}`, password },
        headers: from(address),
      });
    for (let n = 0; n < 61; n += 1) expect((await register(n % 30)).status).toBe(n < 30 ? 201 : 409);
    expect(await register(99)).toMatchObject(tooMany(1));
    clock.advance(1_000);
    expect((await register(99)).status).toBe(201);
  });

  it('are refresh tokens that are good for nothing, and good ones cost nothing', async () => {
    const { email } = await server.signUp();
    const address = anAddress();
    const refresh = (refresh_token: string) =>
      server.http('POST', '/api/v1/auth/refresh', { body: { refresh_token }, headers: from(address) });
    let { refresh_token } = (await logIn({ email, password }, address)).body;
    for (let n = 0; n < 110; n += 1) ({ refresh_token } = (await refresh(refresh_token)).body);
    const invented = () => checksummed(`flr_${randomUUID().replaceAll('-', '')}g0`, 'a'.repeat(43));
    for (let n = 0; n < 101; n += 1) expect((await refresh(n % 2 === 0 ? invented() : 'a word')).status).toBe(401);
    expect(await refresh(invented())).toMatchObject(tooMany(1));
    expect((await refresh(refresh_token)).status).toBe(429);
    clock.advance(1_000);
    expect((await refresh(refresh_token)).status).toBe(200);
  });
});

describe('the counts', () => {
  it('do not tell what was typed', async () => {
    await fail('my secret password typed as a name', 1);
    const rows = await server.database.query<{ key: Buffer }>('SELECT key FROM throttles');
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows) expect(key).toHaveLength(32);
  });

  it('are forgotten after a day', async () => {
    await fail(randomUUID(), 1);
    clock.advance(24 * 3_600_000 + 1_000);
    await fail(randomUUID(), 1);
    await server.app.get(Maintenance).runNow('throttles');
    expect(await server.database.query('SELECT 1 FROM throttles')).toHaveLength(2);
  });
});
