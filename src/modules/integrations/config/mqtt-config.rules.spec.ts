import { describe, expect, it } from '@jest/globals';
import { parseDestination } from './parse-destination.rules.js';

const certificate = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----';
const key = '-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----';
const broker = { host: 'broker.example.org', topic: 'fieldline/{{device.dev_eui}}/up' };

function pathsOf(config: Record<string, unknown>): string[] {
  try {
    parseDestination('mqtt', config);
    return [];
  } catch (error) {
    return (error as { errors: { path: string }[] }).errors.map(({ path }) => path);
  }
}
const configOf = (config: Record<string, unknown>): unknown => parseDestination('mqtt', config).config;

describe('the config of an MQTT integration', () => {
  it('needs a host and a topic', () => {
    expect(configOf(broker)).toEqual(broker);
    expect(pathsOf({})).toEqual(['config.host', 'config.topic']);
    expect(pathsOf({ ...broker, topic: '' })).toEqual(['config.topic']);
  });

  it('takes everything that it may say', () => {
    const config = {
      ...broker,
      port: 8883,
      qos: 2,
      retain: true,
      username: 'u',
      password: 'p',
      protocol_version: 4,
      client_id: 'c',
      tls: { ca: certificate, cert: certificate, key, reject_unauthorized: false },
      max_in_flight: 10,
    };
    expect(configOf(config)).toEqual(config);
  });

  it('reads the older names of document 001', () => {
    const older = {
      ...broker,
      port: 8883,
      use_ssl: true,
      ca_cert: certificate,
      client_cert: certificate,
      client_key: key,
    };
    expect(configOf(older)).toEqual({ ...broker, port: 8883, tls: { ca: certificate, cert: certificate, key } });
    expect(configOf({ ...broker, use_ssl: false, ca_cert: certificate })).toEqual(broker);
  });

  it('reads what the canvas writes', () => {
    const canvas = {
      url: 'mqtt://broker.example.org:1884',
      ssl: 'true',
      sslCertificate: certificate,
      topic: 't',
      username: '',
      password: '',
    };
    expect(configOf(canvas)).toEqual({ host: 'broker.example.org', port: 1884, topic: 't', tls: { ca: certificate } });
    expect(configOf({ url: 'broker.example.org:1884', ssl: 'false', sslCertificate: '', topic: 't' })).toEqual({
      host: 'broker.example.org',
      port: 1884,
      topic: 't',
    });
    expect(configOf({ url: 'mqtts://me:p%40ss@broker.example.org', topic: 't' })).toEqual({
      host: 'broker.example.org',
      username: 'me',
      password: 'p@ss',
      topic: 't',
      tls: {},
    });
  });

  it.each([
    ['host', 'mqtt://x'],
    ['host', 'a b'],
    ['url', 'http://x'],
    ['port', 0],
    ['port', 65_536],
    ['port', '1883'],
    ['qos', 3],
    ['qos', '1'],
    ['topic', 'a/+/b'],
    ['topic', 'a/#'],
    ['topic', 'a/{{x'],
    ['topic', 'a\u0000'],
    ['protocol_version', 3],
    ['retain', 'yes'],
    ['use_ssl', 'maybe'],
    ['tls', true],
  ])('refuses %s: %j', (key, value) => {
    const { host, ...rest } = broker;
    expect(pathsOf({ ...(key === 'url' ? rest : { host, ...rest }), [key]: value })).toEqual([`config.${key}`]);
  });

  it('names unknown fields, and sees when TLS is both wanted and switched off', () => {
    expect(pathsOf({ ...broker, colour: 1, tls: { verify: false } })).toEqual(['config.tls.verify', 'config.colour']);
    expect(pathsOf({ ...broker, tls: {}, use_ssl: false })).toEqual(['config.use_ssl']);
  });
});
