import { execFile } from 'node:child_process';
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsValues } from '../../src/core/config/settings.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { SigningKeyRotation } from '../../src/modules/auth/signing/signing-key-rotation.service.js';
import { SigningKeysService } from '../../src/modules/auth/signing/signing-keys.service.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { decoded, signed } from '../support/signed-token.js';

const program = join(import.meta.dirname, '../../src/cli/fieldline.js');
const password = 'a long enough password';
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
let clock: FakeClock;
let server: TestApp;
/** Another process on the same database. */
let neighbour: TestApp;
let others: TestApp[];
let email: string;

const another = async (settings: Partial<SettingsValues> = {}): Promise<TestApp> => {
  const app = await startTestApp({ clock, database: server.database, settings: { role: 'api', ...settings } });
  others.push(app);
  return app;
};

beforeEach(async () => {
  clock = new FakeClock();
  others = [];
  server = await startTestApp({ clock, settings: { role: 'api' } });
  neighbour = await another();
  ({ email } = await server.signUp());
});
afterEach(async () => {
  for (const app of others) await app.close();
  await server.close();
});

const logIn = async (at = server): Promise<string> => {
  const { body } = await at.http('POST', '/api/v1/auth/login', { body: { username: email, password } });
  return String(body.access_token);
};
const statusOf = async (token: string, at = server) => (await at.http('GET', '/api/v1/auth/me', { token })).status;
const kidOf = (token: string) => String(decoded(token.split('.')[0] ?? '')['kid']);
const jwks = async (at = server): Promise<Body[]> =>
  (await at.http('GET', '/api/v1/auth/.well-known/jwks.json')).body.keys;
const kids = async (at = server) => (await jwks(at)).map(({ kid }) => String(kid)).sort();
const rotate = (at = server) => at.app.get(SigningKeyRotation).rotate();
/** As somebody who has only the document would: none of our code. */
const isSignedBy = (token: string, jwk: Body): boolean => {
  const [head, body, signature = ''] = token.split('.');
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const signature_ = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, signature_);
};

describe('rotating the key of access tokens', () => {
  it('announces the new one before it signs, and keeps the old one until its last token has ended', async () => {
    const old = await logIn();
    const { id } = await rotate();
    const both = [kidOf(old), id].sort();
    expect(await kids()).toEqual(both);
    expect(kidOf(await logIn())).toBe(kidOf(old));

    clock.advance(10 * minuteMs - 1_000);
    const last = await logIn();
    expect(kidOf(last)).toBe(kidOf(old));
    clock.advance(2_000);
    expect(kidOf(await logIn())).toBe(id);
    expect(kidOf(await logIn(neighbour))).toBe(id);
    expect(await kids()).toEqual(both);

    clock.advance(14 * minuteMs);
    expect(await statusOf(last)).toBe(200);
    expect(await statusOf(last, neighbour)).toBe(200);
    clock.advance(3 * minuteMs);
    expect(await statusOf(last)).toBe(401);
    expect(await kids()).toEqual([id]);
    expect(await kids(neighbour)).toEqual([id]);
  });

  it('is noticed by nobody: every token is good in every process at every moment', async () => {
    let tokens: string[] = [];
    for (let minute = 0; minute < 40; minute += 1) {
      if (minute === 3) await rotate(neighbour);
      tokens = [...tokens.slice(-6), await logIn(), await logIn(neighbour)];
      for (const token of tokens)
        for (const at of [server, neighbour]) expect([minute, await statusOf(token, at)]).toEqual([minute, 200]);
      clock.advance(minuteMs);
    }
    expect(new Set(tokens.map(kidOf)).size).toBe(1);
  });

  it('does not believe a retired key that goes on signing: whoever stole it comes too late', async () => {
    const token = await logIn();
    const stolen = (await server.app.get(SigningKeysService).getActive()).privateKey;
    const [header = '', payload = ''] = token.split('.');
    const forge = () => {
      const iat = Math.floor(clock.nowMs() / 1_000);
      return signed(decoded(header), { ...decoded(payload), iat, exp: iat + 900 }, stolen);
    };
    expect(await statusOf(forge())).toBe(200);
    await rotate();
    clock.advance(10 * minuteMs + 2 * minuteMs);
    expect(await kids()).toContain(kidOf(token));
    expect(await statusOf(forge())).toBe(401);
    expect(await statusOf(forge(), neighbour)).toBe(401);
  });

  it('keeps the keys that two processes make at once in order', async () => {
    await Promise.all([rotate(server), rotate(neighbour), rotate(server)]);
    clock.advance(11 * minuteMs);
    const [one, other] = [await logIn(server), await logIn(neighbour)];
    expect(kidOf(one)).toBe(kidOf(other));
    expect(await statusOf(one, neighbour)).toBe(200);
  });

  it('happens by itself every ninety days, once, and forgets the private halves of dead keys', async () => {
    const tend = (at: TestApp) => at.app.get(Maintenance).runNow('signing-keys');
    const count = async () => (await server.database.query('SELECT 1 FROM signing_keys')).length;
    const first = kidOf(await logIn());
    clock.advance(89 * dayMs);
    await tend(server);
    expect(await count()).toBe(1);
    clock.advance(dayMs + minuteMs);
    await tend(server);
    await tend(neighbour);
    expect(await count()).toBe(2);
    clock.advance(11 * minuteMs);
    expect(kidOf(await logIn())).not.toBe(first);
    clock.advance(60 * minuteMs);
    await tend(neighbour);
    expect(await count()).toBe(1);
    expect(await statusOf(await logIn())).toBe(200);
  });
});

describe('revoking the keys of access tokens', () => {
  it('ends every token at once here and within 30 seconds elsewhere; refresh tokens live on', async () => {
    const { body } = await server.http('POST', '/api/v1/auth/login', { body: { username: email, password } });
    const old = String(body.access_token);
    expect(await statusOf(old, neighbour)).toBe(200);

    expect(await server.app.get(SigningKeyRotation).revoke()).toBe(1);

    expect(await statusOf(old)).toBe(401);
    expect(await kids()).not.toContain(kidOf(old));
    clock.advance(30_000);
    expect(await statusOf(old, neighbour)).toBe(401);
    const { refresh_token } = body;
    const refreshed = await neighbour.http('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
    expect(await statusOf(refreshed.body.access_token)).toBe(200);
    expect(await statusOf(refreshed.body.access_token, neighbour)).toBe(200);
  });
});

describe('TOKEN_ALGORITHM', () => {
  it('RS256 signs with a key of 3072 bits, which anybody can check with the document alone', async () => {
    const rsa = await another({ tokenAlgorithm: 'RS256' });
    const [es, rs] = [await logIn(server), await logIn(rsa)];
    expect(decoded(rs.split('.')[0] ?? '')).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    clock.advance(1_000); // the first key of an algorithm is not announced: others look for a kid once a second
    const keys = await jwks(rsa);
    const jwkOf = (token: string): Body => keys.find(({ kid }) => kid === kidOf(token));
    expect(jwkOf(rs)).toEqual({
      kty: 'RSA',
      n: expect.any(String),
      e: 'AQAB',
      alg: 'RS256',
      use: 'sig',
      kid: kidOf(rs),
    });
    expect(Buffer.from(String(jwkOf(rs).n), 'base64url')).toHaveLength(384);
    for (const token of [es, rs]) {
      expect(isSignedBy(token, jwkOf(token))).toBe(true);
      expect([await statusOf(token, rsa), await statusOf(token, server)]).toEqual([200, 200]);
    }
  });

  it('is the key’s own: a token that says the other one is refused', async () => {
    const rsa = await another({ tokenAlgorithm: 'RS256' });
    const own = async (at: TestApp) => {
      const [header = '', payload = ''] = (await logIn(at)).split('.');
      return {
        header: decoded(header),
        payload: decoded(payload),
        ...(await at.app.get(SigningKeysService).getActive()),
      };
    };
    const [es, rs] = [await own(server), await own(rsa)];
    clock.advance(2_000);
    const forged = [
      signed({ ...es.header, alg: 'RS256' }, es.payload, es.privateKey),
      signed({ ...rs.header, alg: 'ES256' }, rs.payload, rs.privateKey),
      signed({ ...es.header, alg: 'RS256' }, es.payload, rs.privateKey),
      signed({ ...rs.header, alg: 'ES256' }, rs.payload, es.privateKey),
      signed({ ...es.header, kid: rs.kid }, es.payload, es.privateKey),
      signed({ ...es.header, kid: rs.kid }, es.payload, rs.privateKey),
      signed({ ...es.header, alg: 'PS256', kid: rs.kid }, es.payload, rs.privateKey),
    ];
    for (const token of forged) for (const at of [server, rsa]) expect(await statusOf(token, at)).toBe(401);
    expect(await statusOf(signed(rs.header, rs.payload, rs.privateKey))).toBe(200);
  });
});

describe('fieldline rotate-signing-key', () => {
  const fieldline = (...args: string[]): Promise<{ stdout: string; code: unknown; stderr: string }> => {
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: server.database.url,
      SECRET_KEY: 'a key for tests that is long enough to pass every check',
    };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [program, 'rotate-signing-key', ...args],
        { env, cwd: '/' },
        (error, stdout, stderr) => {
          resolve({ code: error?.code ?? 0, stdout, stderr });
        },
      );
    });
  };

  it('announces a key, and with --revoke takes the others away', async () => {
    const old = await logIn();
    const announced = await fieldline();
    expect(announced).toMatchObject({ code: 0, stderr: '' });
    expect(announced.stdout).toMatch(/^The key \S+ \(ES256\) signs access tokens from \S+Z on\./);
    clock.advance(31_000);
    expect(await kids()).toHaveLength(2);
    expect(await statusOf(old)).toBe(200);
    const revoked = await fieldline('--revoke');
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining('2 keys are gone') });
    clock.advance(31_000);
    expect(await statusOf(old)).toBe(401);
    expect(await kids()).toHaveLength(1);
    expect(await statusOf(await logIn())).toBe(200);
  }, 30_000);

  it('wants no other argument', async () => {
    expect(await fieldline('--force')).toMatchObject({ code: 2, stderr: expect.stringContaining('[--revoke]') });
  });
});
