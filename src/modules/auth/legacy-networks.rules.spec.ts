import { describe, expect, it } from '@jest/globals';
import { networkOf } from '../../core/egress/address.rules.js';
import { comesFrom, saysToBeOurs } from './legacy-networks.rules.js';

const networks = ['192.168.30.0/24', 'fd00::/8'].map(networkOf);
const from = (address: string, headers = {}, socketAddress = address) =>
  comesFrom(networks, { headers, address, socketAddress });

describe('comesFrom', () => {
  it('is true for whoever asks from one of the networks', () => {
    expect(from('192.168.30.7')).toBe(true);
    expect(from('::ffff:192.168.30.7')).toBe(true);
    expect(from('fd00::1')).toBe(true);
  });

  it('is false for everybody else, and where no network is named', () => {
    expect(from('192.168.31.7')).toBe(false);
    expect(from('2001:db8::1')).toBe(false);
    expect(from('')).toBe(false);
    expect(comesFrom([], { headers: {}, address: '192.168.30.7', socketAddress: '192.168.30.7' })).toBe(false);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-real-ip'])(
    'does not take a proxy for the device behind it: %s, which nobody said to believe',
    (header) => {
      expect(from('192.168.30.1', { [header]: '203.0.113.9' })).toBe(false);
    },
  );

  it('believes a proxy that TRUST_PROXY names', () => {
    expect(from('192.168.30.7', { 'x-forwarded-for': '192.168.30.7' }, '10.0.0.1')).toBe(true);
    expect(from('203.0.113.9', { 'x-forwarded-for': '203.0.113.9' }, '192.168.30.1')).toBe(false);
  });
});

describe('saysToBeOurs', () => {
  const token = (claims: object) => `eyJhIjoxfQ.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmVk`;

  it.each([
    ['an API key', 'flk_abc', true],
    ['a device key', 'fld_0123456789abcdef_x', true],
    ['a token of ours', token({ iss: 'fieldline' }), true],
    ['a token of our issuer', token({ iss: 'https://keycloak.example.org/realms/iot' }), true],
    ['a token of somebody else', token({ iss: '3c1ab9' }), false],
    ['a token that names nobody', token({}), false],
    ['something else', '0123456789abcdef0123456789abcdef', false],
    ['nothing', '', false],
  ])('%s: %s', (_, credential, expected) => {
    expect(saysToBeOurs(credential, ['fieldline', 'https://keycloak.example.org/realms/iot'])).toBe(expected);
  });
});
