import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Canaries, type Leak } from '../support/canaries.js';
import { clientCertificate, clientKey } from '../support/certificates.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { MqttSink } from '../support/mqtt-sink.js';
import { jsonOrText, textOf } from '../support/read-answer.js';
import { ServerProcess } from '../support/server-process.js';
import { anUplink } from '../support/uplinks.js';

type Json = any;

interface Said {
  status: number;
  body: Json;
  /** Status line, headers and body. */
  text: string;
}

const keptResponseBytes = 16 * 1024;
/** A URL is shown to whoever may read the integration; what is secret in it belongs into its headers. */
const showsConfig = /^\/api\/v1\/(integrations(\/[^/?]+(\/test)?)?|audit(\/[^/?]+)?)(\?|$)/;
const devEui = 'A84041FFFF00CA7A';
/** Of a device that nobody has made. */
const unknownDevEui = 'A84041FFFF00FFFF';

/**
 * Secrets are sent through every route and every flow of a really started server that logs all it can; then everything
 * that it said or wrote is searched for them.
 */
describe('secrets', () => {
  const canaries = new Canaries();
  const secret = (name: string): string => canaries.make(name);
  const leaks: Leak[] = [];
  let database: TestDatabase;
  let server: ServerProcess;
  let sink: HttpSink;
  let broker: MqttSink;
  let token: string;
  let metricsToken: string;
  let answers = 0;
  const ids: Record<string, string> = {};
  const integrationIds: string[] = [];

  /** Every answer is searched; `reveals` are those that this one is there to give. */
  async function say(
    method: string,
    path: string,
    given: { body?: unknown; raw?: string; headers?: Record<string, string>; reveals?: string[] } = {},
  ): Promise<Said> {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...given.headers },
      ...(method === 'GET' ? {} : { body: given.raw ?? JSON.stringify(given.body ?? {}) }),
    });
    const body = await textOf(response);
    const text = `${response.status} ${JSON.stringify([...response.headers])} ${body}`;
    answers += 1;
    const reveals = [...(given.reveals ?? []), ...(showsConfig.test(path) ? ['query of a URL'] : [])];
    leaks.push(...canaries.leaksIn(text, `${method} ${path.split('?')[0] ?? ''}: ${response.status}`, reveals));
    return { status: response.status, body: jsonOrText(body), text };
  }

  async function made(path: string, body: object, reveals: string[] = []): Promise<string> {
    const answer = await say('POST', `/api/v1/${path}`, { body, reveals });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.text}`);
    return String(answer.body.id);
  }

  beforeAll(async () => {
    [database, sink] = await Promise.all([createTestDatabase(), HttpSink.start()]);
    broker = await MqttSink.start({ username: 'fieldline', password: secret('broker password') });
    // The worst of receivers: whatever it was sent, it says.
    sink.answerAlways(({ url, headers, body }, response) => {
      const words = Object.values(headers).flatMap((header) => String(header).split(/[ .=]/));
      const echo = JSON.stringify({ headers, words, body });
      const bearer = String(headers.authorization);
      // Ends in the middle of the secret, where what is kept of an answer ends.
      const edge = `${'x'.repeat(keptResponseBytes - bearer.length + 10)}${bearer}`;
      const status = url.startsWith('/fails') ? 500 : 200;
      response.writeHead(status).end(url.startsWith('/edge') ? edge : echo);
    });
    metricsToken = secret('metrics token');
    server = await ServerProcess.start({
      DATABASE_URL: database.url,
      LOG_LEVEL: 'trace',
      SECRET_KEY: secret('root key'),
      SECRET_KEY_PREVIOUS: secret('previous root key'),
      METRICS_TOKEN: metricsToken,
      // With every route there is.
      THINGSBOARD_API: 'true',
    });
  });
  afterAll(async () => {
    await server.kill();
    await broker.close();
    await sink.close();
    await database.drop();
  });

  async function getIn(): Promise<void> {
    token = 'none';
    const password = secret('password');
    const account = { email: 'ann@example.com', username: 'ann', password };
    await say('POST', '/api/v1/auth/register', {
      body: { ...account, password: secret('short password').slice(0, 5) },
    });
    await say('POST', '/api/v1/auth/register', { body: { ...account, more: secret('unknown field') } });
    await say('POST', '/api/v1/auth/register', { body: account });
    await say('POST', '/api/v1/auth/register', { body: account });
    await database.query('UPDATE users SET is_superuser = true');
    await say('POST', '/api/v1/auth/login', { body: { username: 'ann', password: secret('wrong password') } });
    await say('POST', '/api/v1/auth/login', { raw: `username=ann&password=${secret('typed as JSON')}` });
    await say('POST', '/api/v1/auth/login', { raw: `{"username":"ann","password":"${secret('cut JSON')}` });
    const reveals = ['access token', 'refresh token'];
    const { body } = await say('POST', '/api/v1/auth/login', { body: { username: 'ann', password }, reveals });
    token = String(body.access_token);
    // A JWT's signature may hold what separates the parts of our own tokens.
    const watch = (name: string, given: unknown, separator: '.' | '_') =>
      canaries.watch(name, String(given).split(separator).at(-1) ?? '');
    watch('access token', token, '.');
    watch('refresh token', body.refresh_token, '_');
    // Refused: it brings more than the token. Then exchanged, once more for the answer that was lost, and cut.
    await say('POST', '/api/v1/auth/refresh', { body });
    const { refresh_token } = body;
    const exchanged = await say('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
    watch('next refresh token', exchanged.body.refresh_token, '_');
    watch('next access token', exchanged.body.access_token, '.');
    await say('POST', '/api/v1/auth/refresh', { body: { refresh_token }, reveals: ['next refresh token'] });
    await say('POST', '/api/v1/auth/refresh', { body: { refresh_token: String(refresh_token).slice(0, -1) } });
    const new_password = secret('next password');
    const wrong = { current_password: secret('wrong current password'), new_password };
    await say('POST', '/api/v1/auth/change-password', { body: wrong });
    const changed = { current_password: password, new_password };
    expect((await say('POST', '/api/v1/auth/change-password', { body: changed })).status).toBe(204);
    await say('PATCH', '/api/v1/auth/me', { body: { password: secret('password that cannot be set so') } });
  }

  async function makeRows(): Promise<void> {
    const key = await say('POST', '/api/v1/api-keys', { body: { name: 'ChirpStack', scopes: ['ingest'] } });
    ids['api-keys'] = key.body.id;
    ids['key'] = String(key.body.key);
    canaries.watch('api key', ids['key'].split('_').at(-1) ?? '');
    const appKey = canaries.watch('app key', randomBytes(16).toString('hex'));
    ids['labels'] = await made('labels', { name: 'a label' });
    ids['devices'] = await made('devices', {
      name: 'a device',
      dev_eui: devEui,
      app_key: appKey.toUpperCase(),
      label_ids: [ids['labels']],
    });
    for (const method of ['PUT', 'PATCH']) {
      await say(method, `/api/v1/devices/${ids['devices']}`, { body: { app_key: appKey } });
      await say(method, `/api/v1/devices/${ids['devices']}`, { body: { app_key: secret(`no app key, ${method}`) } });
    }
    const imported = [randomBytes(16).toString('hex'), secret('no app key of a file')];
    canaries.watch('app key of a file', imported[0] ?? '');
    const file = `name,app_key\n${imported.map((key, n) => `from a file ${n},${key}\n`).join('')}`;
    const headers = { 'content-type': 'text/csv' };
    ids['devices/imports'] = (await say('POST', '/api/v1/devices/import', { raw: file, headers })).body.id;
    ids['functions'] = await made('functions', {
      name: 'a function',
      code: 'm => { console.log(JSON.stringify(m)); return m; }',
    });
    for (const [name, config] of Object.entries(httpConfigs())) {
      integrationIds.push(await made('integrations', { name, type: 'http', config }));
    }
    for (const [name, config] of Object.entries(mqttConfigs())) {
      integrationIds.push(await made('integrations', { name, type: 'mqtt', config }));
    }
    const nodes = [
      { id: 'd', type: 'device', position: { x: 0, y: 0 }, data: { entityId: ids['devices'] } },
      { id: 'f', type: 'function', position: { x: 1, y: 0 }, data: { entityId: ids['functions'] } },
      ...integrationIds.map((id, n) => ({
        id: `i${n}`,
        type: 'integration',
        position: { x: 2, y: n },
        data: { entityId: id },
      })),
    ];
    const edges = nodes.slice(1).map(({ id }) => ({ id: `to ${id}`, source: id === 'f' ? 'd' : 'f', target: id }));
    ids['flows'] = await made('flows', { name: 'a flow', nodes, edges });
  }

  const schedule_ms = [0];
  const httpConfigs = (): Record<string, object> => ({
    'basic, headers, signatures, query': {
      url: `${sink.url}/fine?key=${secret('query of a URL')}`,
      schedule_ms,
      auth: { type: 'basic', username: 'ann', password: secret('basic password') },
      headers: {
        'X-Secret': { value: secret('secret header'), secret: true },
        'X-Words': { value: `Token ${secret('second word of a secret header')}`, secret: true },
        'X-Filled-In': { value: `${secret('secret header with a template')}.{{device.dev_eui}}`, secret: true },
        'X-Api-Key': secret('header that is always secret'),
        Cookie: `session=${secret('cookie')}`,
      },
      signing_secret: canaries.watch('signing secret', `whsec_${randomBytes(24).toString('base64')}`),
      previous_signing_secret: canaries.watch('older signing secret', `whsec_${randomBytes(24).toString('base64')}`),
    },
    'bearer, to an endpoint that fails': {
      url: `${sink.url}/fails`,
      schedule_ms,
      auth: { type: 'bearer', token: secret('bearer token') },
    },
    'bearer, said at the very end of what is kept': {
      url: `${sink.url}/edge`,
      schedule_ms,
      auth: { type: 'bearer', token: secret('bearer token at the edge') },
    },
    'a client certificate, to nobody': {
      url: 'https://127.0.0.1:1/',
      schedule_ms,
      auth: { type: 'bearer', token: secret('bearer token that goes nowhere') },
      tls: { cert: clientCertificate, key: canaries.watch('TLS key', clientKey) && clientKey },
    },
  });
  const mqttConfigs = (): Record<string, object> => {
    const topic = 'fieldline/{{device.dev_eui}}';
    const { host, port } = broker;
    return {
      'a password that is wrong': {
        host,
        port,
        topic,
        schedule_ms,
        username: 'fieldline',
        password: secret('wrong broker password'),
      },
      'a password in a URL': { url: `mqtt://ann:${secret('password in a URL')}@${host}:${port}`, topic, schedule_ms },
      'a client certificate': { host, port: 1, topic, schedule_ms, tls: { cert: clientCertificate, key: clientKey } },
    };
  };

  async function sendThrough(): Promise<void> {
    const url = '/api/v1/ingest/chirpstack?event=up';
    const key = ids['key'] ?? '';
    const uplink = (): string => JSON.stringify(anUplink(devEui));
    await say('POST', url, { raw: uplink(), headers: { authorization: `Bearer ${key}` } });
    await say('POST', url, { raw: uplink(), headers: { authorization: '', 'x-api-key': key } });
    const issued = await say('POST', `/gateway/devices/${ids['devices'] ?? ''}/provision`, { body: {} });
    const token = String(issued.body.token);
    canaries.watch('device token', token.split('_').at(-1) ?? '');
    const claimed = await say('POST', '/gateway/devices/claim', { body: { token }, headers: { authorization: '' } });
    const deviceKey = String(claimed.body.api_key);
    canaries.watch('device key', deviceKey.split('_').at(-1) ?? '');
    const telemetry = { body: { kwh: 1 }, headers: { authorization: '', 'x-device-api-key': deviceKey } };
    expect((await say('POST', '/gateway/device-data/ingest', telemetry)).status).toBe(201);
    const unknown = JSON.stringify(anUplink(unknownDevEui));
    await say('POST', url, { raw: unknown, headers: { authorization: `Bearer ${key}` } });
    await say('POST', `${url}&api_key=${key}&token=${key}`, { raw: uplink(), headers: { authorization: '' } });
    await say('POST', url, { raw: uplink(), headers: { authorization: `Bearer ${key.slice(0, -1)}x` } });
    await say('POST', url, { raw: `{"deviceInfo":"${key}`, headers: { authorization: `Bearer ${key}` } });
    for (const id of integrationIds) {
      await say('POST', `/api/v1/integrations/${id}/test`);
      const { body } = await say('GET', `/api/v1/integrations/${id}`);
      await say('PUT', `/api/v1/integrations/${id}`, { body: { config: body.config } });
      for (const broken of brokenConfigs(body.type)) {
        await say('PATCH', `/api/v1/integrations/${id}`, { body: { config: broken } });
      }
    }
    await eventually(async () => {
      const [row] = await database.query<{ ended: number }>('SELECT count(*)::int AS ended FROM deliveries');
      return row !== undefined && row.ended >= 2 * integrationIds.length ? true : undefined;
    }, 'every delivery has ended');
  }

  const brokenConfigs = (type: string): object[] =>
    type === 'http'
      ? [
          { url: `https://ann:${secret('user info of a URL')}@example.com/` },
          { url: `${secret('a URL that is none')}://` },
          { auth: { type: 'basic', username: 'ann', password: `${secret('password of two lines')}\n` } },
          { auth: { type: 'bearer', token: [secret('token in a list')] } },
          { signing_secret: secret('signing secret that is none') },
          { headers: { 'X-A': { value: `${secret('header of two lines')}\r\n`, secret: true } } },
          { headers: { 'X-A': { value: `{{${secret('template that is none')}`, secret: true } } },
          { tls: { key: secret('TLS key that is none') } },
          { [secret('value of an unknown field').slice(0, 3)]: secret('unknown field of a config') },
        ]
      : [
          { password: { value: secret('password in an object') } },
          { tls: { key: secret('another TLS key that is none') } },
        ];

  /** Whatever a confused client puts wherever it does not belong. */
  async function goAstray(): Promise<void> {
    const stray = secret('stray');
    const { body } = await say('GET', '/api/docs-json');
    for (const [path, methods] of Object.entries<Json>(body.paths)) {
      // It would take the session away from all that follow.
      if (path.includes('/logout')) continue;
      for (const [method, { parameters = [] }] of Object.entries<Json>(methods)) {
        const at = (part: string) => path.replaceAll(/\{\w+\}/g, part);
        const query = [
          'token',
          'api_key',
          ...parameters.filter((p: Json) => p.in === 'query').map((p: Json) => p.name),
        ];
        const verb = method.toUpperCase();
        await say(verb, `${at(stray)}?${query.map((name) => `${String(name)}=${stray}`).join('&')}`);
        for (const authorization of [`Bearer ${stray}`, `Basic ${Buffer.from(`ann:${stray}`).toString('base64')}`]) {
          await say(verb, at(ids['devices'] ?? ''), { headers: { authorization, cookie: stray, 'x-more': stray } });
        }
        await say(verb, at('1'), { headers: { 'x-api-key': stray, 'content-type': `text/${stray}`, accept: stray } });
        if (verb === 'GET') continue;
        const wrong = { password: stray, token: stray, secret: { value: stray }, config: stray, code: [stray] };
        for (const raw of [
          `{"password":"${stray}`,
          `"${stray}"`,
          `[${JSON.stringify(wrong)}]`,
          JSON.stringify(wrong),
        ]) {
          await say(verb, at(ids[path.split('/')[3] ?? ''] ?? stray), { raw });
        }
      }
    }
    await say('GET', `/${stray}/${stray}?${stray}`);
    await say('GET', `/api/v1/%zz${stray}`);
    await say('GET', '/metrics', { headers: { authorization: `Bearer ${stray}` } });
  }

  /** What nobody foresees: a table is gone while a secret is on its way into it. */
  async function breakDown(): Promise<void> {
    for (const [table, path] of [
      ['integrations', 'integrations'],
      ['devices', 'devices'],
      ['users', 'auth/register'],
    ]) {
      await database.query(`ALTER TABLE ${table} RENAME TO ${table}_gone`);
      const config = {
        url: 'http://127.0.0.1/',
        auth: { type: 'bearer', token: secret(`bearer token without ${table}`) },
      };
      const body = {
        integrations: { name: 'another', type: 'http', config },
        devices: {
          name: 'another',
          app_key: canaries.watch('app key without a table', randomBytes(16).toString('hex')),
        },
        users: { email: 'bob@example.com', username: 'bob', password: secret('password without a table') },
      }[table ?? ''];
      expect((await say('POST', `/api/v1/${path}`, { body })).status).toBe(500);
      await database.query(`ALTER TABLE ${table}_gone RENAME TO ${table}`);
    }
  }

  /** Reads whatever can be read. */
  async function readAll(): Promise<void> {
    const { body } = await say('GET', '/api/docs-json');
    const [run] = (await say('GET', `/api/v1/flows/${ids['flows']}/history`)).body;
    for (const [path, methods] of Object.entries<Json>(body.paths)) {
      if (!('get' in methods)) continue;
      const within = path.split('/');
      const kind = path.includes('/devices/imports/') ? 'devices/imports' : (within[3] ?? '');
      for (const id of kind === 'integrations' ? integrationIds : [ids[kind] ?? '']) {
        const [delivery] = kind === 'integrations' ? (await say('GET', `/api/v1/integrations/${id}/history`)).body : [];
        const own: Record<string, string> = {
          ...{ run_id: run.id, history_id: delivery?.id, version: '1', dev_eui: unknownDevEui },
        };
        const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => own[name] ?? id);
        // The stream of events first tells what has been.
        const headers = { 'last-event-id': newId(Date.now() - 5 * 60_000) };
        const { status, text } = await say('GET', address, { headers });
        if (status !== 200 && id !== '') throw new Error(`GET ${address}: ${text}`);
      }
    }
    const metrics = await say('GET', '/metrics', { headers: { authorization: `Bearer ${metricsToken}` } });
    expect(metrics.status).toBe(200);
  }

  it('are in no answer, no line of the log, no metric, no history and no column that is not sealed or hashed', async () => {
    await getIn();
    await makeRows();
    await sendThrough();
    await readAll();
    await goAstray();
    await breakDown();
    expect(leaks).toEqual([]);

    expect(await server.stop()).toBe(0);
    expect(server.log.length).toBeGreaterThan(10_000);
    const lines = server.log.split('\n').flatMap((line) => canaries.leaksIn(line, `log: ${line.slice(0, 300)}`));
    expect(lines).toEqual([]);

    const found = await canaries.leaksInDatabase(database, {
      'integrations.config': ['query of a URL'],
      'audit_log.changes': ['query of a URL'],
    });
    expect(found.leaks).toEqual([]);
    expect(found.values).toBeGreaterThan(500);
    process.stdout.write(
      `| canaries ${canaries.names.length} | answers ${answers} | values ${found.values} | found 0 |\n`,
    );
  }, 60_000);
});
