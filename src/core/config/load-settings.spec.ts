import { describe, expect, it } from '@jest/globals';
import { loadSettings } from './load-settings.js';
import { SettingsInvalid } from './settings-invalid.js';

const secretKey = 'a-root-key-of-forty-characters-0123456789';
const served = { DATABASE_URL: 'postgresql://u:p@db:5432/fieldline', SECRET_KEY: secretKey };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('loadSettings without any variable', () => {
  const settings = loadSettings({});

  it('is the embedded start: loopback only, open, and it migrates itself', () => {
    expect(settings).toMatchObject({
      embedded: true,
      databaseUrl: '',
      dataDir: './data',
      host: '127.0.0.1',
      port: 8000,
      registration: 'open',
      identityLocalAccess: true,
      migrateOnStart: true,
      egressAllowCidrs: ['127.0.0.0/8', '::1/128'],
      role: 'all',
      retentionDays: { events: 30, runs: 30, deliveries: 30, audit: 365, series: 730 },
    });
  });
});

describe('loadSettings with a database', () => {
  it('is closed, and listens to the world', () => {
    expect(loadSettings(served)).toMatchObject({
      embedded: false,
      host: '0.0.0.0',
      registration: 'closed',
      identityLocalAccess: false,
      migrateOnStart: false,
      egressAllowCidrs: [],
    });
  });

  it('reads what the documents write', () => {
    const env = { ...served, API_HOST: '0.0.0.0', API_PORT: '8001', DEBUG: 'True', LOG_LEVEL: 'WARNING' };
    expect(loadSettings(env)).toMatchObject({ host: '0.0.0.0', port: 8001, debug: true, logLevel: 'warn' });
    expect(loadSettings({ ...served, PORT: '9000' }).port).toBe(9000);
    expect(loadSettings({ ...served, PORT: '9000', API_PORT: '9001' }).port).toBe(9001);
  });

  it('logs at debug when DEBUG is true and no level is named', () => {
    expect(loadSettings({ ...served, DEBUG: 'true' }).logLevel).toBe('debug');
    expect(loadSettings({ ...served, DEBUG: 'true', LOG_LEVEL: 'info' }).logLevel).toBe('info');
  });

  it('takes origins as JSON and as a list', () => {
    const origins = ['http://localhost:3000', 'https://a.example'];
    expect(loadSettings({ ...served, CORS_ORIGINS: JSON.stringify(origins) }).corsOrigins).toEqual(origins);
    expect(loadSettings({ ...served, CORS_ORIGINS: 'http://localhost:3000, https://a.example' }).corsOrigins).toEqual(
      origins,
    );
  });

  it('treats an empty variable as absent', () => {
    expect(loadSettings({ ...served, LOG_LEVEL: '', API_PORT: ' ' })).toMatchObject({ logLevel: 'info', port: 8000 });
  });

  it('keeps single addresses as networks, and `none` as no network', () => {
    const env = { ...served, EGRESS_ALLOW_CIDRS: '10.0.0.0/8,192.168.1.7,fd00::1' };
    expect(loadSettings(env).egressAllowCidrs).toEqual(['10.0.0.0/8', '192.168.1.7/32', 'fd00::1/128']);
    expect(loadSettings({ EGRESS_ALLOW_CIDRS: 'none' }).egressAllowCidrs).toEqual([]);
  });

  it.each([
    ['false', false],
    ['true', true],
    ['10.0.0.0/8, 127.0.0.1', ['10.0.0.0/8', '127.0.0.1/32']],
  ])('trusts proxies by %s', (given, trustProxy) => {
    expect(loadSettings({ ...served, TRUST_PROXY: given }).trustProxy).toEqual(trustProxy);
  });

  it('takes PUBLIC_URL without its last slash', () => {
    expect(loadSettings({ ...served, PUBLIC_URL: 'https://iot.example.org/' }).publicUrl).toBe(
      'https://iot.example.org',
    );
  });
});

describe('loadSettings with mistakes', () => {
  it('names all of them at once, each with what it says and what is allowed', () => {
    const problems = problemsOf({ ...served, API_PORT: '70000', LOG_LEVEL: 'loud', RETENTION_RUNS_DAYS: '3' });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe(
      'API_PORT is not allowed (it says "70000"): The port it listens on. Allowed: a whole number from 0 to 65535.',
    );
  });

  it('asks for SECRET_KEY when a database is named', () => {
    expect(problemsOf({ DATABASE_URL: served.DATABASE_URL }).join()).toContain('SECRET_KEY is missing');
  });

  it('never shows a secret', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://u:hunter2@db/x',
      SECRET_KEY: 'hunter2',
      METRICS_TOKEN: 'hunter2',
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each<[string, string]>([
    ['ROLE', 'both'],
    ['CORS_ORIGINS', 'http://localhost:3000/path'],
    ['CORS_ORIGINS', '["http://a'],
    ['EGRESS_ALLOW_CIDRS', '10.0.0.0/33'],
    ['EGRESS_ALLOW_CIDRS', '0x0a.0.0.1'],
    ['PUBLIC_URL', 'iot.example.org'],
    ['PUBLIC_URL', 'https://iot.example.org/?a=b'],
    ['TRUST_PROXY', 'perhaps'],
    ['TRUST_PROXY', '1'],
    ['DEFAULT_TENANT', 'My Tenant'],
    ['MIGRATE_ON_START', 'maybe'],
    ['TLS_CERT', '/cert.pem'],
    ['SECRET_KEY', 'short'],
    ['SANDBOX_THREADS', '1'],
    ['LOG_LEVEL', 'constructor'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ ...served, [name]: value })).toHaveLength(1);
  });

  it('refuses a split role without a database that both halves can reach', () => {
    expect(problemsOf({ ROLE: 'worker' })).toHaveLength(1);
  });
});

describe('Settings.with', () => {
  it('changes what it names and leaves the rest', () => {
    const changed = loadSettings({}).with({ databaseUrl: 'postgresql://localhost/x' });
    expect(changed.databaseUrl).toBe('postgresql://localhost/x');
    expect(changed.port).toBe(8000);
  });
});
