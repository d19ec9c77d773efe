import { describe, expect, it } from '@jest/globals';
import { claimAt, claimedIssuerOf, highestRoleIn, isAccessToken, personOf } from './oidc-claims.rules.js';

const claims = {
  iss: 'https://issuer.example',
  sub: 'ann',
  iat: 1_763_640_000,
  exp: 1_763_640_300,
  realm_access: { roles: ['viewer', 'x'] },
};
const names = { role: 'realm_access.roles', tenant: 'tenant' };

describe('a person', () => {
  it('is what the token says', () => {
    expect(personOf({ ...claims, tenant: 'acme', email: 'Ann@Example.com', preferred_username: 'ann' }, names)).toEqual(
      {
        issuer: 'https://issuer.example',
        subject: 'ann',
        issuedAt: new Date(1_763_640_000_000),
        expiresAt: new Date(1_763_640_300_000),
        login: { mark: 'iat 1763640000', at: new Date(1_763_640_000_000) },
        role: 'viewer',
        tenantSlug: 'acme',
        email: 'ann@example.com',
        username: 'ann',
      },
    );
  });

  it('has a name and an address of nobody else where the token has none', () => {
    const [one, same, other] = [claims, claims, { ...claims, sub: 'ben' }].map((given) => personOf(given, names));
    expect(one?.username).toMatch(/^oidc-[0-9a-f]{24}$/);
    expect(one?.email).toMatch(/^[0-9a-f]{24}@oidc\.invalid$/);
    expect(same).toEqual(one);
    expect(other?.email).not.toBe(one?.email);
  });

  it('is nobody without a role, or with a tenant that is no name', () => {
    expect(personOf({ ...claims, realm_access: { roles: ['x'] } }, names)).toBeNull();
    expect(personOf({ ...claims, tenant: ['acme'] }, names)).toBeNull();
    expect(personOf({ ...claims, tenant: ['acme'] }, { ...names, tenant: undefined })?.tenantSlug).toBeUndefined();
  });
});

describe('the login that a token is of', () => {
  const loginOf = (more: object) => personOf({ ...claims, ...more }, names)?.login;

  it('is what the issuer calls it, else the token itself', () => {
    expect(loginOf({ sid: 'a', jti: 'b' })?.mark).toBe('sid a');
    expect(loginOf({ sid: 7, jti: 'b' })?.mark).toBe('jti b');
    expect(loginOf({ jti: 'a' })).not.toEqual(loginOf({ sid: 'a' }));
  });

  it('was when the issuer says, but not after its token', () => {
    expect(loginOf({ auth_time: 1_763_600_000 })?.at).toEqual(new Date(1_763_600_000_000));
    for (const time of [1_763_700_000, '1763600000']) {
      expect(loginOf({ auth_time: time })?.at).toEqual(new Date(1_763_640_000_000));
    }
  });
});

describe('roles', () => {
  it.each([
    [['viewer', 'admin', 'editor'], 'admin'],
    [['Fieldline-Editor'], 'editor'],
    ['viewer', 'viewer'],
    ['openid editor', 'editor'],
    [['superuser'], null],
    [['administrator'], null],
    [[7, null], null],
    [{ admin: true }, null],
    [undefined, null],
  ])('in %j: %s', (claim, role) => {
    expect(highestRoleIn(claim)).toBe(role);
  });
});

describe('claims', () => {
  it('stand at dotted paths, or under names with dots', () => {
    expect(claimAt(claims, 'realm_access.roles')).toEqual(['viewer', 'x']);
    expect(claimAt({ 'https://a.example/roles': ['admin'] }, 'https://a.example/roles')).toEqual(['admin']);
    for (const path of ['realm_access.none', 'none.roles', 'iss.length', '__proto__', 'constructor.name', 'iss.0.0']) {
      expect(claimAt(claims, path)).toBeUndefined();
    }
  });
});

describe('an access token', () => {
  it.each([
    [{}, {}, true],
    [{ typ: 'JWT' }, { typ: 'Bearer' }, true],
    [{ typ: 'at+jwt' }, {}, true],
    [{ typ: 'application/at+JWT' }, {}, true],
    [{ typ: 'logout+jwt' }, {}, false],
    [{ typ: 7 }, {}, false],
    [{ typ: 'JWT' }, { typ: 'ID' }, false],
    [{ typ: 'JWT' }, { typ: 'Refresh' }, false],
    [{ typ: 'JWT' }, { at_hash: 'x' }, false],
  ])('with the header %j and the claims %j: %s', (header, payload, expected) => {
    expect(isAccessToken(header, payload)).toBe(expected);
  });
});

describe('the issuer that a text claims', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    [`e30.${encoded({ iss: 'https://a.example' })}.x`, 'https://a.example'],
    [`e30.${encoded({ iss: 7 })}.x`, undefined],
    [`e30.${encoded(null)}.x`, undefined],
    ['e30.%%%.x', undefined],
    ['e30', undefined],
    ['', undefined],
  ])('%s: %s', (token, expected) => {
    expect(claimedIssuerOf(token)).toBe(expected);
  });
});
