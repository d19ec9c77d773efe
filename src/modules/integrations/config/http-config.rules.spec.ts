import { describe, expect, it } from '@jest/globals';
import { parseDestination } from './parse-destination.rules.js';

const url = 'https://example.org/hook';

/** The path and the message of every fault. */
function faultsOf(config: Record<string, unknown>): string[] {
  try {
    parseDestination('http', config);
    return [];
  } catch (error) {
    return (error as { errors: { path: string; message: string }[] }).errors.map(
      ({ path, message }) => `${path} ${message}`,
    );
  }
}
const pathsOf = (config: Record<string, unknown>): string[] =>
  faultsOf(config).map((fault) => fault.split(' ')[0] ?? '');

describe('the config of an HTTP integration', () => {
  it('needs only a url, and keeps only what was said', () => {
    expect(parseDestination('http', { url })).toEqual({ type: 'http', config: { url } });
    expect(pathsOf({})).toEqual(['config.url']);
  });

  it('takes everything that it may say', () => {
    const config = {
      url: 'https://example.org/{{device.dev_eui}}?t={{data.temperature}}',
      method: 'PUT',
      headers: { 'X-Name': '{{device.name}}', 'X-Key': { value: 'k', secret: true } },
      timeout_ms: 1_000,
      tls: {
        ca: '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----',
        cert: '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n',
        key: '-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n',
      },
      auth: { type: 'basic', username: 'u', password: 'p' },
      body_template: '{"t": {{data.temperature}}}',
      signing_secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      previous_signing_secret: `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
      schedule_ms: [0, 1_000],
      max_in_flight: 4,
      rate_per_second: 0.5,
    };
    expect(parseDestination('http', config)).toEqual({ type: 'http', config });
  });

  it('names every unknown field by its path', () => {
    const config = {
      url,
      colour: 1,
      tls: { x: 1 },
      auth: { type: 'bearer', token: 't', user: 'u' },
      headers: { A: { value: 'v', b: 1 } },
    };
    expect(pathsOf(config).sort()).toEqual(['config.auth.user', 'config.colour', 'config.headers.A.b', 'config.tls.x']);
  });

  it.each([
    'ftp://example.org',
    'example.org',
    'https://',
    'https:///x',
    'https://u:p@example.org',
    'https://{{device.name}}/x',
    'https://example.org:{{port}}',
    'https://example.org/a b',
    'https://example.org/{{',
    'https://example.org:99999',
  ])('refuses %s', (bad) => {
    expect(pathsOf({ url: bad })).toEqual(['config.url']);
  });

  it.each([
    ['method', 'TRACE'],
    ['method', 1],
    ['timeout_ms', 999],
    ['timeout_ms', 30_001],
    ['timeout_ms', '5000'],
    ['max_in_flight', 0],
    ['rate_per_second', 0],
    ['schedule_ms', []],
    ['schedule_ms', [1.5]],
    ['schedule_ms', [0, 7 * 86_400_000]],
    ['signing_secret', 'abc'],
    ['signing_secret', 'whsec_YQ=='],
    ['body_template', '{{ }}'],
    ['body_template', 'a\u0000b'],
    ['headers', []],
    ['tls', 'yes'],
    ['auth', 'basic'],
  ])('refuses %s: %j', (key, value) => {
    expect(pathsOf({ url, [key]: value })).toEqual([`config.${key}`]);
  });

  it('lets no header contradict the connection, the signature or itself', () => {
    const headers = {
      'Content-Length': '1',
      'webhook-id': 'x',
      'Bad Name': 'x',
      'X-A': 'a\r\nb',
      'x-a': '2',
      'X-N': 3,
    };
    expect(pathsOf({ url, headers }).sort()).toEqual(
      ['Bad Name', 'Content-Length', 'X-A', 'X-N', 'webhook-id', 'x-a']
        .map((name) => `config.headers.${name}`.split(' ')[0])
        .sort(),
    );
  });

  it('marks headers that carry credentials as secret by themselves', () => {
    const { config } = parseDestination('http', { url, headers: { Authorization: 'Token x', 'X-Plain': 'y' } });
    expect(config).toMatchObject({ headers: { Authorization: { value: 'Token x', secret: true }, 'X-Plain': 'y' } });
  });

  it('lets only one of auth and an Authorization header speak', () => {
    const both = { url, auth: { type: 'bearer', token: 't' }, headers: { authorization: 'x' } };
    expect(pathsOf(both)).toEqual(['config.headers.authorization']);
  });

  it('wants a certificate with its key, and a new signing secret with the previous one', () => {
    expect(pathsOf({ url, tls: { cert: '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----' } })).toEqual([
      'config.tls.key',
    ]);
    expect(pathsOf({ url, previous_signing_secret: `whsec_${Buffer.alloc(24).toString('base64')}` })).toEqual([
      'config.signing_secret',
    ]);
  });

  it('reads a method in any case and null as nothing', () => {
    expect(parseDestination('http', { url, method: 'get', auth: null })).toEqual({
      type: 'http',
      config: { url, method: 'GET' },
    });
  });
});
