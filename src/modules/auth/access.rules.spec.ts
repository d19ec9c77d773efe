import { describe, expect, it } from '@jest/globals';
import { credentialHeaderOf, credentialOf, refusalOf } from './access.rules.js';
import { roles, scopes, type Principal, type Role } from './principal.decorator.js';

const tenant = { id: 'tenant' };
const user = (role: Role, superuser = false): Principal => ({
  kind: 'user',
  tenant,
  userId: 'user',
  role,
  superuser,
  sessionId: 'session',
});
const apiKey = (...granted: (typeof scopes)[number][]): Principal => ({
  kind: 'api_key',
  tenant,
  apiKeyId: 'key',
  scopes: granted,
});
const device: Principal = { kind: 'device', tenant, deviceId: 'device' };
const provisioningKey: Principal = { kind: 'provisioning_key', tenant, provisioningKeyId: 'key', name: 'a fleet' };
const everybody = [...roles.map((role) => user(role)), apiKey(...scopes), device, provisioningKey];

describe('refusalOf', () => {
  it('admits a role and those above it', () => {
    const admitted = roles.map((least) => roles.filter((role) => refusalOf({ user: least }, user(role)) === null));
    expect(admitted).toEqual([['viewer', 'editor', 'admin'], ['editor', 'admin'], ['admin']]);
  });

  it('names the role that is missing', () => {
    expect(refusalOf({ user: 'editor' }, user('viewer'))).toBe('this needs the role editor; yours is viewer');
  });

  it('admits a key only with the very scope', () => {
    expect(refusalOf({ apiKey: 'ingest' }, apiKey('ingest'))).toBeNull();
    expect(refusalOf({ apiKey: 'read' }, apiKey('ingest', 'write'))).toBe('this needs an API key with the scope read');
  });

  it('refuses every kind that a route does not name', () => {
    expect(everybody.map((one) => refusalOf({}, one))).not.toContain(null);
    expect(refusalOf({ user: 'viewer' }, apiKey(...scopes))).toBe('API keys may not do this');
    expect(refusalOf({ apiKey: 'read' }, user('admin'))).toBe('users may not do this');
    expect(refusalOf({ user: 'viewer', apiKey: 'read' }, device)).toBe('devices may not do this');
    expect(refusalOf({ device: true }, device)).toBeNull();
    expect(refusalOf({ user: 'viewer', apiKey: 'read', device: true }, provisioningKey)).toBe(
      'with a provisioning key devices register, and nothing else',
    );
    expect(refusalOf({ provisioningKey: true }, provisioningKey)).toBeNull();
  });

  it('admits nobody but superusers where it says so, whatever else it names', () => {
    const admission = { superuser: true, user: 'viewer', apiKey: 'read', device: true, provisioningKey: true } as const;
    expect(everybody.map((one) => refusalOf(admission, one))).not.toContain(null);
    expect(refusalOf(admission, user('viewer', true))).toBeNull();
  });
});

describe('credentialOf', () => {
  it.each([
    ['nothing', {}, null],
    ['a bearer', { authorization: 'Bearer abc' }, 'abc'],
    ['the scheme in any case and blanks around', { authorization: 'bEARER   abc  ' }, 'abc'],
    ['a key', { 'x-api-key': ' abc ' }, 'abc'],
    ['the key of a fleet', { 'x-provisioning-key': ' abc ' }, 'abc'],
    ['both: the bearer counts', { authorization: 'Bearer abc', 'x-api-key': 'def' }, 'abc'],
    ["a proxy's own scheme beside a key", { authorization: 'Basic eDp5', 'x-api-key': 'def' }, 'def'],
    ["ThingsBoard's header before a proxy's", { 'x-authorization': 'Bearer abc', authorization: 'Basic eDp5' }, 'abc'],
    ['another scheme', { authorization: 'Basic eDp5' }, ''],
    ['a bearer without a token', { authorization: 'Bearer ' }, ''],
    ['two tokens', { authorization: 'Bearer abc def' }, ''],
    ['an empty key', { 'x-api-key': '' }, ''],
    ['several keys', { 'x-api-key': ['abc', 'def'] }, ''],
  ])('reads %s', (_, headers, expected) => {
    expect(credentialOf(headers)).toBe(expected);
  });

  it.each([
    ['nowhere', {}, null],
    ['a bearer', { authorization: 'Bearer abc', 'x-api-key': 'def' }, 'authorization'],
    ['a key', { authorization: 'Basic eDp5', 'x-api-key': 'def' }, 'x-api-key'],
    ["a device's key", { 'x-device-api-key': 'def' }, 'x-device-api-key'],
    ["ThingsBoard's", { 'x-authorization': 'Bearer abc', authorization: 'Basic eDp5' }, 'x-authorization'],
    ['what is no credential', { authorization: 'Basic eDp5' }, 'authorization'],
  ])('finds it in %s', (_, headers, expected) => {
    expect(credentialHeaderOf(headers)).toBe(expected);
  });
});
