import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { OidcSettings } from '../../src/core/config/settings.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { aKey, audience, OidcIssuer, type Person } from '../support/oidc-issuer.js';

const settingsFor = (issuer: string): OidcSettings => ({
  issuer,
  audience,
  roleClaim: 'roles',
  tenantClaim: 'tenant',
  clockSkewSeconds: 30,
});

let issuer: OidcIssuer;
let server: TestApp;
const clock = new FakeClock();

beforeAll(async () => {
  issuer = await OidcIssuer.start();
  server = await startTestApp({ clock, settings: { oidc: settingsFor(issuer.url) } });
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});
afterEach(() => {
  issuer.isAway = false;
});

const me = (token: string, of = server): Promise<TestAnswer> => of.http('GET', '/api/v1/auth/me', { token });
const aPerson = (more: object = {}): Person => {
  const sub = randomUUID();
  return { sub, email: `${sub}@example.com`, preferred_username: `p-${sub}`, roles: ['editor'], ...more };
};
/** Too seldom for the issuer to be asked again by itself; then it may. */
const restMs = 11_000;

describe('a person whom the issuer vouches for', () => {
  it('is a user from the first request on, in the default tenant, with the role of the token', async () => {
    const person = aPerson();
    const token = await issuer.tokenFor(person);
    const { status, body } = await me(token);
    expect([status, body.email, body.username, body.role, body.is_superuser]).toEqual([
      200,
      person['email'],
      person['preferred_username'],
      'editor',
      false,
    ]);
    expect((await me(await issuer.tokenFor(person))).body).toEqual(body);
    const [tenant] = await server.database.query('SELECT slug FROM tenants WHERE id = $1', [body.tenant_id]);
    expect(tenant).toEqual({ slug: 'default' });
    const made = await server.http('POST', '/api/v1/labels', { token, body: { name: randomUUID() } });
    expect(made.status).toBe(201);
    expect((await server.http('GET', '/api/v1/api-keys', { token })).status).toBe(403);
  });

  it('is made once, however many requests come first', async () => {
    const token = await issuer.tokenFor(aPerson());
    const answers = await Promise.all(Array.from({ length: 10 }, () => me(token)));
    expect(new Set(answers.map(({ body }) => String(body.id))).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  });

  it('is in the tenant that the token names, and in no other', async () => {
    const owner = await server.signUp();
    const [{ slug } = { slug: '' }] = await server.database.query<{ slug: string }>(
      'SELECT slug FROM tenants WHERE id = $1',
      [owner.tenantId],
    );
    const person = aPerson();
    const inDefault = await me(await issuer.tokenFor(person));
    const inTheirs = await me(await issuer.tokenFor({ ...person, tenant: slug }));
    expect(inTheirs.body).toMatchObject({ id: inDefault.body.id, tenant_id: owner.tenantId });
    expect(inDefault.body.tenant_id).not.toBe(owner.tenantId);
    for (const tenant of ['no-such-tenant', 7, ['default']]) {
      expect((await me(await issuer.tokenFor(aPerson({ tenant })))).status).toBe(401);
    }
    const members = await server.http('GET', '/api/v1/members', { token: owner.token });
    expect(members.body).toContainEqual(expect.objectContaining({ user_id: inTheirs.body.id, role: 'editor' }));
  });

  it.each([[[]], [['superuser']], [['Admins']], [{ admin: true }], [undefined], [null]])(
    'has no role by %j, and is refused',
    async (roles) => {
      const token = await issuer.tokenFor(aPerson({ roles }));
      expect([(await me(token)).status, (await me(token)).body.code]).toEqual([401, 'auth.invalid_credentials']);
    },
  );

  it('has the role of the newest token', async () => {
    const { sub } = aPerson();
    const now = Math.floor(Date.now() / 1_000);
    const saying = (role: string, iat: number) => issuer.sign({ sub, roles: [role], iat });
    const [first, later] = [await saying('admin', now - 20), await saying('viewer', now - 10)];
    expect((await me(first)).body.role).toBe('admin');
    expect((await me(later)).body.role).toBe('viewer');
    expect((await me(first)).body.role).toBe('viewer');
    const [record] = await server.database.query(
      `SELECT changes FROM audit_log WHERE action = 'member.updated' AND subject_id = $1`,
      [(await me(later)).body.id],
    );
    expect(JSON.stringify(record)).toContain('{"after":"viewer","before":"admin"}');
  });

  it('is refused when deactivated, and when removed from the tenant', async () => {
    const admin = await me(await issuer.tokenFor(aPerson({ roles: ['admin'] })));
    const superuser = await issuer.tokenFor(aPerson({ roles: ['admin'] }));
    await server.database.query('UPDATE users SET is_superuser = true WHERE id = $1', [(await me(superuser)).body.id]);
    clock.advance(31_000);
    const removal = { token: superuser };

    const someone = aPerson();
    const person = await issuer.tokenFor(someone);
    const url = `/api/v1/users/${String((await me(person)).body.id)}`;
    expect((await server.http('PATCH', url, { token: superuser, body: { is_active: false } })).status).toBe(200);
    expect((await me(person)).status).toBe(401);
    expect((await server.http('PATCH', url, { token: superuser, body: { is_active: true } })).status).toBe(200);
    expect((await me(person)).status).toBe(401);
    expect((await me(await issuer.tokenFor(someone))).status).toBe(200);

    expect((await server.http('DELETE', `/api/v1/members/${String(admin.body.id)}`, removal)).status).toBe(204);
    const again = aPerson();
    const token = await issuer.tokenFor(again);
    const { id } = (await me(token)).body;
    expect((await server.http('DELETE', `/api/v1/members/${String(id)}`, removal)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
    expect((await me(await issuer.tokenFor(again))).status).toBe(401);
  });

  it('never takes over somebody who is here already', async () => {
    const owner = await server.signUp();
    const before = await me(owner.token);
    const token = await issuer.tokenFor(aPerson({ email: owner.email, preferred_username: before.body.username }));
    const { body } = await me(token);
    expect(body.id).not.toBe(owner.userId);
    expect([body.email, body.username]).toEqual([
      expect.stringMatching(/@oidc\.invalid$/),
      expect.stringMatching(/^oidc-/),
    ]);
    expect((await me(owner.token)).body).toEqual(before.body);
  });

  it('has no address that the issuer has not verified, and a name without what names cannot hold', async () => {
    const { body } = await me(
      await issuer.tokenFor(aPerson({ email_verified: false, preferred_username: 'Ann B. @ Home\u0007' })),
    );
    expect([body.email, body.username]).toEqual([expect.stringMatching(/@oidc\.invalid$/), 'Ann-B.-Home-']);
  });

  it('is left alone by whoever logs in with passwords', async () => {
    const { username, email } = (await me(await issuer.tokenFor(aPerson()))).body as Record<string, string>;
    for (const name of [username, email]) {
      const body = { username: name, password: 'password' };
      expect((await server.http('POST', '/api/v1/auth/login', { body })).status).toBe(401);
    }
  });
});

describe('a service with a token of its own', () => {
  it('is refused without a role', async () => {
    const token = await issuer.tokenOfClient('a-service', 'its secret');
    expect((await me(token)).status).toBe(401);
  });
});

describe('a token that is not good', () => {
  const now = () => Math.floor(clock.nowMs() / 1_000);

  it.each<[string, (token: string) => Promise<string>]>([
    ['another audience', () => issuer.sign({ aud: 'somebody-else' })],
    ['no audience', () => issuer.sign({ aud: undefined })],
    ['another issuer', () => issuer.sign({ iss: 'https://issuer.example' })],
    ['the issuer with a slash more', () => issuer.sign({ iss: `${issuer.url}/` })],
    ['no subject', () => issuer.sign({ sub: undefined })],
    ['no end', () => issuer.sign({ exp: undefined })],
    ['no beginning', () => issuer.sign({ iat: undefined })],
    ['an end more than the skew ago', () => issuer.sign({ exp: now() - 31 })],
    ['a beginning more than the skew ahead', () => issuer.sign({ nbf: now() + 60 })],
    ['the key of somebody else', async () => issuer.sign({}, { key: await aKey('first') })],
    [
      'a key that the header brings along',
      async () => {
        const key = await aKey('own');
        const { kty, n, e } = key.jwk;
        return issuer.sign({}, { key, header: { jwk: { kty, n, e }, kid: 'own' } });
      },
    ],
    [
      'a key that is somewhere else',
      async () => issuer.sign({}, { key: await aKey('own'), header: { jku: 'https://evil.example/jwks', kid: 'own' } }),
    ],
    [
      'a header that must be understood',
      () => issuer.sign({}, { header: { crit: ['urn:example:must'], 'urn:example:must': 1 } }),
    ],
    ['an ID token’s kind', () => issuer.sign({ at_hash: 'x' })],
    ['Keycloak’s ID token', () => issuer.sign({ typ: 'ID' })],
    ['Keycloak’s refresh token', () => issuer.sign({ typ: 'Refresh' })],
    ['a logout token’s header', () => issuer.sign({}, { header: { typ: 'logout+jwt' } })],
    ['a signature that was changed', async (token) => Promise.resolve(`${token.slice(0, -6)}AAAAAA`)],
    [
      'claims that were changed',
      async (token) => {
        const [header = '', , signature = ''] = token.split('.');
        const claims = { iss: issuer.url, aud: audience, sub: 'x', iat: now(), exp: now() + 60, roles: ['admin'] };
        return Promise.resolve([header, base64url.encode(JSON.stringify(claims)), signature].join('.'));
      },
    ],
    [
      'no signature at all',
      async () =>
        Promise.resolve(
          new UnsecuredJWT({ roles: ['admin'] })
            .setIssuer(issuer.url)
            .setAudience(audience)
            .setSubject('x')
            .setIssuedAt()
            .setExpirationTime('5m')
            .encode(),
        ),
    ],
    [
      'HS256 under the public key',
      async () => {
        const { kty, n, e, kid } = issuer.newest.jwk;
        const publicKey = await importJWK({ kty, n, e } as never, 'RS256', { extractable: true });
        return new SignJWT({ roles: ['admin'] })
          .setProtectedHeader({ alg: 'HS256', kid: kid ?? '' })
          .setIssuer(issuer.url)
          .setAudience(audience)
          .setSubject('x')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(await exportSPKI(publicKey)));
      },
    ],
    ['a part too few', async (token) => Promise.resolve(token.split('.').slice(0, 2).join('.'))],
  ])('is refused: %s', async (_, forge) => {
    const good = await issuer.sign({});
    expect((await me(good)).status).toBe(200);
    const { status, body } = await me(await forge(good));
    expect([status, body.code]).toEqual([401, 'auth.invalid_credentials']);
  });

  it('is good within the skew', async () => {
    expect((await me(await issuer.sign({ exp: now() - 20 }))).status).toBe(200);
    expect((await me(await issuer.sign({ nbf: now() + 20 }))).status).toBe(200);
  });

  it('is refused everywhere when no issuer is named', async () => {
    const plain = await startTestApp({ database: server.database });
    expect((await me(await issuer.sign({}), plain)).status).toBe(401);
    await plain.close();
  });
});

describe('the issuer’s keys', () => {
  let own: OidcIssuer;
  let app: TestApp;
  // Its own: it goes far ahead.
  const clock = new FakeClock();
  beforeAll(async () => {
    own = await OidcIssuer.start();
    app = await startTestApp({ clock, settings: { oidc: settingsFor(own.url) }, database: server.database });
  });
  afterAll(async () => {
    await app.close();
    await own.close();
  });
  afterEach(() => {
    own.isAway = false;
    clock.advance(restMs);
  });
  const fresh = ({ sub = 'ann', header = {}, seconds = 60 } = {}) => {
    const now = Math.floor(clock.nowMs() / 1_000);
    return own.sign({ sub, iat: now, exp: now + seconds }, { header });
  };
  const fetched = () => own.asked.filter((url) => url === '/jwks').length;

  it('are asked for once, and go on while the issuer is away', async () => {
    expect((await me(await fresh(), app)).status).toBe(200);
    const before = fetched();
    own.isAway = true;
    expect((await me(await fresh({ sub: 'ben' }), app)).status).toBe(200);
    expect(fetched()).toBe(before);
    clock.advance(11 * 60_000);
    expect((await me(await fresh({ sub: 'eve' }), app)).status).toBe(200);
  });

  it('are asked for anew when one is not known', async () => {
    expect((await me(await fresh(), app)).status).toBe(200);
    clock.advance(restMs);
    await own.rotate('second');
    expect((await me(await fresh(), app)).status).toBe(200);
    const before = fetched();
    for (const kid of ['x', 'y', 'z']) expect((await me(await fresh({ header: { kid } }), app)).status).toBe(401);
    expect(fetched()).toBeLessThanOrEqual(before + 1);
  });

  it('are forgotten when the issuer has taken them back', async () => {
    const old = await fresh({ seconds: 3_600 });
    expect((await me(old, app)).status).toBe(200);
    await own.rotate(`third ${randomUUID()}`, { keepsOld: false });
    clock.advance(11 * 60_000);
    expect((await me(old, app)).status).toBe(401);
  });

  it('cannot be told when the issuer is away from the beginning: 503, and not 401', async () => {
    own.isAway = true;
    const late = await startTestApp({ clock, settings: { oidc: settingsFor(own.url) }, database: server.database });
    const { status, body, headers } = await me(await fresh(), late);
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'auth.issuer_away', '5']);
    await late.close();
  });
});
