import { describe, expect, it } from '@jest/globals';
import { parseDestination } from './parse-destination.rules.js';
import { joinSecrets, secretMask } from '../../../core/outbound/secrets.rules.js';
import { partSecrets } from './secrets.rules.js';

const key = '-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----';
const cert = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----';
const http = {
  url: 'https://example.org',
  headers: { 'X-Key': { value: 'header-secret', secret: true }, 'X-Open': 'open' },
  auth: { type: 'basic', username: 'u', password: 'password-secret' },
  tls: { cert, key },
  signing_secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
};

describe('secrets in a config', () => {
  it('are parted from it and joined again, wherever they stand', () => {
    const whole = parseDestination('http', http);
    const { shown, secrets } = partSecrets(whole);
    const text = JSON.stringify(shown);
    for (const secret of [...Object.values(secrets), 'header-secret', 'password-secret'])
      expect(text).not.toContain(secret);
    expect(shown.config).toMatchObject({ headers: { 'X-Key': { value: secretMask, secret: true }, 'X-Open': 'open' } });
    expect(Object.keys(secrets).sort()).toEqual(['auth/password', 'headers/X-Key/value', 'signing_secret', 'tls/key']);
    expect({ ...shown, config: joinSecrets(shown.config, secrets) }).toEqual(whole);
  });

  it('are kept when the mask comes back, in the long form of a header and in the short one', () => {
    const { shown, secrets } = partSecrets(parseDestination('http', http));
    expect(parseDestination('http', { ...shown.config }, secrets)).toEqual(parseDestination('http', http));
    const short = { url: 'https://example.org/2', headers: { 'X-Key': secretMask } };
    expect(parseDestination('http', short, secrets).config).toMatchObject({
      headers: { 'X-Key': { value: 'header-secret', secret: true } },
    });
  });

  it('do not come to light when the mark is taken off', () => {
    const { secrets } = partSecrets(parseDestination('http', http));
    const unmarked = { url: 'https://example.org', headers: { 'X-Key': { value: secretMask, secret: false } } };
    expect(JSON.stringify(parseDestination('http', unmarked, secrets))).not.toContain('header-secret');
  });

  it('must exist where a mask stands', () => {
    expect(() => parseDestination('mqtt', { host: 'h', topic: 't', password: secretMask })).toThrow('config.password');
    const other = { url: 'https://example.org', auth: { type: 'bearer', token: secretMask } };
    expect(() => parseDestination('http', other, { 'auth/password': 'p' })).toThrow('config.auth.token');
  });
});
