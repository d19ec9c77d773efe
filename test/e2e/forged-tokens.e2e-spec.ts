import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SigningKeysService } from '../../src/modules/auth/signing/signing-keys.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { decoded, encoded, signed, type Part } from '../support/signed-token.js';

let server: TestApp;
let token: string;
/** As the genuine token has them. */
let header: Part;
let payload: Part;
/** The server's own key: what it signs is refused only for what it says. */
let ownKey: KeyObject;

beforeAll(async () => {
  server = await startTestApp();
  ({ token } = await server.signUp());
  const [first = '', second = ''] = token.split('.');
  header = decoded(first);
  payload = decoded(second);
  ownKey = (await server.app.get(SigningKeysService).getActive()).privateKey;
});
afterAll(() => server.close());

const statusOf = async (forged: string) => (await server.http('GET', '/api/v1/auth/me', { token: forged })).status;
const genuinely = (changes: { header?: Part; payload?: Part }) =>
  signed({ ...header, ...changes.header }, { ...payload, ...changes.payload }, ownKey);

describe('an access token', () => {
  it('says what the contract says, and no role', () => {
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub', 'tid']);
    expect(payload).toMatchObject({ iss: 'fieldline', aud: 'fieldline-api' });
    expect(Number(payload['exp']) - Number(payload['iat'])).toBe(900);
  });

  it('is accepted as it is, and so is one that this test signs itself with the right key', async () => {
    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(genuinely({}))).toBe(200);
  });

  it('is refused with any character of its signature changed', async () => {
    const at = token.lastIndexOf('.') + 10;
    const other = token[at] === 'A' ? 'B' : 'A';
    expect(await statusOf(`${token.slice(0, at)}${other}${token.slice(at + 1)}`)).toBe(401);
  });
});

describe('forged tokens', () => {
  const nowS = () => Math.floor(Date.now() / 1_000);

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('without a signature under alg %j', async (alg) => {
    const unsigned = `${encoded({ ...header, alg })}.${encoded(payload)}.`;
    expect(await statusOf(unsigned)).toBe(401);
    expect(await statusOf(`${unsigned}${token.split('.')[2] ?? ''}`)).toBe(401);
  });

  it('with the signature cut off', async () => {
    expect(await statusOf(token.slice(0, token.lastIndexOf('.') + 1))).toBe(401);
    expect(await statusOf(token.slice(0, token.lastIndexOf('.')))).toBe(401);
  });

  it.each(['HS256', 'HS384', 'HS512'])('that take our public key for the secret of %s', async (alg) => {
    const publicKey = createPublicKey(ownKey);
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      publicKey.export({ format: 'pem', type: 'spki' }).toString().trim(),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      '',
    ];
    for (const secret of secrets) {
      const body = `${encoded({ ...header, alg })}.${encoded(payload)}`;
      const mac = createHmac(`sha${alg.slice(2)}`, secret)
        .update(body)
        .digest('base64url');
      expect(await statusOf(`${body}.${mac}`)).toBe(401);
    }
  });

  it.each(['ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'es256', 'ES256K'])(
    'that are rightly signed but say %s',
    async (alg) => {
      expect(await statusOf(genuinely({ header: { alg } }))).toBe(401);
    },
  );

  it('signed by another key under our kid', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(await statusOf(signed(header, payload, privateKey))).toBe(401);
  });

  it.each([
    'unknown',
    '',
    '__proto__',
    'constructor',
    'toString',
    '../../../../dev/null',
    '/dev/null',
    "' OR '1'='1",
    'x\u0000',
    'a'.repeat(5_000),
    7,
    null,
    ['array'],
    { toString: 'object' },
  ])('with the kid number %#', async (kid) => {
    expect(await statusOf(genuinely({ header: { kid } }))).toBe(401);
  });

  it('without a kid', async () => {
    const { kid: _, ...rest } = header;
    expect(await statusOf(signed(rest, payload, ownKey))).toBe(401);
  });

  it('that bring or point to their own key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'mine' };
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    for (const more of [
      { jwk },
      { jwk, kid: 'mine' },
      { jku: 'http://127.0.0.1:1/jwks' },
      { x5c: [pem] },
      { x5u: pem },
    ]) {
      expect(await statusOf(signed({ ...header, ...more }, payload, privateKey))).toBe(401);
    }
  });

  it.each([
    { typ: 'JWT' },
    { typ: 'jwt' },
    { typ: 'id+jwt' },
    { typ: undefined },
    { typ: ['at+jwt'] },
    { crit: ['exp'] },
  ])('of another type: %j', async (more) => {
    expect(await statusOf(genuinely({ header: more }))).toBe(401);
  });

  it.each([
    ['issuer', { iss: 'somebody' }],
    ['issuer', { iss: undefined }],
    ['issuer', { iss: ['fieldline', 'somebody'] }],
    ['audience', { aud: 'another-api' }],
    ['audience', { aud: undefined }],
    ['audience', { aud: [] }],
    ['end', { exp: 1 }],
    ['end', { exp: undefined }],
    ['end', { exp: '9999999999' }],
    ['end', { exp: 9_999_999_999 }],
    ['beginning', { nbf: 9_999_999_999 }],
    ['beginning', { iat: undefined }],
    ['subject', { sub: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' }],
    ['subject', { sub: undefined }],
    ['tenant', { tid: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' }],
    ['tenant', { tid: "' OR true" }],
    ['session', { sid: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' }],
    ['session', { sid: ['a'] }],
  ])('with a wrong %s: %j', async (_, changes) => {
    expect(await statusOf(genuinely({ payload: changes }))).toBe(401);
  });

  it('that ended a second ago', async () => {
    expect(await statusOf(genuinely({ payload: { iat: nowS() - 901, exp: nowS() - 1 } }))).toBe(401);
  });

  it('for a tenant that the user is no member of', async () => {
    const other = await server.signUp();
    expect(await statusOf(genuinely({ payload: { tid: other.tenantId } }))).toBe(401);
    expect(await statusOf(genuinely({ payload: { sub: other.userId, tid: other.tenantId } }))).toBe(401);
  });

  it('do not gain a role or a superuser by claiming it', async () => {
    const more = { role: 'admin', superuser: true, is_superuser: true, scope: 'write' };
    const answer = await server.http('GET', '/api/v1/auth/me', { token: genuinely({ payload: more }) });
    expect(answer).toMatchObject({ status: 200, body: { is_superuser: false } });
  });

  it.each([
    'eyJ',
    'eyJ.eyJ.eyJ',
    'eyJhbGciOiJFUzI1NiJ9',
    'eyJ..',
    `eyJ${'.'.repeat(1_000)}`,
    `eyJ${'a'.repeat(6_000)}`,
  ])('that are no tokens (%#)', async (text) => {
    expect(await statusOf(text)).toBe(401);
  });
});
