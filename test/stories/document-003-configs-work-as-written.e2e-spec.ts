import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthService } from '../../src/modules/auth/auth.service.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { MqttSink } from '../support/mqtt-sink.js';

const run = promisify(execFile);

/**
 * Taken from document 003's text alone, sentence by sentence: its environment variables, its table of routes for configs,
 * its request body, its 409, its health check. Each call is made by curl, as a script would that knows nothing else.
 */
describe('document 003: configs', () => {
  const mac = 'a4-cf-12-6b-00-7e';
  const account = { email: 'op@example.com', username: 'operator', password: 'a long enough password' };
  let folder: string;
  let broker: MqttSink;
  let server: TestApp;
  let base: string;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldline-document-003-'));
    broker = await MqttSink.start();
    const mqtt = {
      url: `mqtt://127.0.0.1:${broker.port}`,
      username: undefined,
      password: undefined,
      prefix: 'iotsupport',
    };
    server = await startTestApp({ settings: { configsDir: folder, mqtt, legacyDeviceReads: ['127.0.0.1/32'] } });
    await server.app.get(AuthService).createAdministrator(account);
    base = await server.listen();
    const login = await server.http('POST', '/api/v1/auth/login', { body: account });
    token = (login.body as { access_token: string }).access_token;
  });
  afterAll(async () => {
    await server.close();
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function curl(...given: string[]): Promise<{ status: number; body: Body }> {
    const { stdout } = await run('curl', ['-sS', '-w', '\n%{http_code}', ...given]);
    const at = stdout.lastIndexOf('\n');
    const text = stdout.slice(0, at);
    return { status: Number(stdout.slice(at + 1)), body: text === '' ? null : JSON.parse(text) };
  }
  const asUser = (method: string, path: string, body?: object) =>
    curl(
      ...['-X', method, `${base}${path}`, '-H', `Authorization: Bearer ${token}`],
      ...(body === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)]),
    );

  it('`PUT /api/configs/{mac}`: create or update configuration', async () => {
    const content = { deviceName: 'Living room', deviceEntityId: 'display_1', enableOTA: true };
    const made = await asUser('PUT', `/api/configs/${mac}`, { content, allow_overwrite: true });
    expect([made.status, made.body.content]).toEqual([201, content]);
    const updated = await asUser('PUT', `/api/configs/${mac}`, { content: { ...content, theme: 'dark' } });
    expect([updated.status, updated.body.mac_address]).toEqual([200, mac]);
  });

  it('`GET /api/configs`: list all configurations; `GET /api/configs/{mac}`: get configuration by MAC address', async () => {
    const own = 'a4-cf-12-6b-01-01';
    await asUser('PUT', `/api/configs/${own}`, { content: { deviceName: 'Hall', enableOTA: false } });
    const list = await asUser('GET', '/api/configs');
    expect(list.body.count).toBe(list.body.configs.length);
    const row = { mac_address: own, device_name: 'Hall', device_entity_id: null, enable_ota: false };
    expect(list.body.configs).toContainEqual(expect.objectContaining(row));
    const one = await asUser('GET', `/api/configs/${own}`);
    expect([one.status, one.body]).toMatchObject([200, { ...row, content: { deviceName: 'Hall', enableOTA: false } }]);
  });

  it('`DELETE /api/configs/{mac}`: delete configuration', async () => {
    const own = 'a4-cf-12-6b-01-02';
    await asUser('PUT', `/api/configs/${own}`, { content: {} });
    expect(await asUser('DELETE', `/api/configs/${own}`)).toEqual({ status: 204, body: null });
    const gone = await asUser('GET', `/api/configs/${own}`);
    expect([gone.status, gone.body.code]).toEqual([404, 'RECORD_NOT_FOUND']);
  });

  it('MAC addresses must be in lowercase, hyphen-separated format', async () => {
    for (const wrong of ['a4:cf:12:6b:00:7e', 'a4cf126b007e', 'a4-cf-12-6b-00', 'zz-cf-12-6b-00-7e']) {
      const refused = await asUser('PUT', `/api/configs/${wrong}`, { content: {} });
      expect([wrong, refused.status, typeof refused.body.error]).toEqual([wrong, 400, 'string']);
    }
  });

  it('Set `allow_overwrite` to `false` to prevent overwriting existing configurations (returns 409 Conflict if exists)', async () => {
    const own = 'a4-cf-12-6b-01-03';
    await asUser('PUT', `/api/configs/${own}`, { content: { n: 1 }, allow_overwrite: false });
    const refused = await asUser('PUT', `/api/configs/${own}`, { content: { n: 2 }, allow_overwrite: false });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'RECORD_EXISTS', details: {}, correlationId: expect.any(String) });
    expect((await asUser('GET', `/api/configs/${own}`)).body.content).toEqual({ n: 1 });
  });

  it('Configurations are stored as JSON files on the filesystem, making changes immediately available to devices', async () => {
    const own = 'a4-cf-12-6b-01-04';
    await asUser('PUT', `/api/configs/${own}`, { content: { n: 1 } });
    const path = join(folder, `${own}.json`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ n: 1 });
    // A device of that fleet sends no credential.
    expect(await curl(`${base}/api/configs/${own}.json`)).toEqual({ status: 200, body: { n: 1 } });
    writeFileSync(path, '{"n": 2}');
    await eventually(async () => {
      const { body } = await curl(`${base}/api/configs/${own}.json`);
      return body.n === 2 ? true : undefined;
    }, 'what was written by hand');
    const [filename] = await eventually(() => {
      const told = broker.messages.filter(({ topic }) => topic === 'iotsupport/updates/configs');
      const names = told.map(({ payload }) => (JSON.parse(payload) as { filename: string }).filename);
      return Promise.resolve(names.filter((name) => name === `${own}.json`).length >= 2 ? [`${own}.json`] : undefined);
    }, 'a notice of each save');
    expect(filename).toBe(`${own}.json`);
  });

  it('`GET /api/health`: health check (returns 200/503); `GET /metrics`: Prometheus metrics; `/api/docs`: OpenAPI', async () => {
    expect(await curl(`${base}/api/health`)).toMatchObject({ status: 200, body: { status: 'healthy' } });
    const { stdout: metrics } = await run('curl', ['-sS', `${base}/metrics`]);
    for (const name of ['operations_total', 'operation_duration_seconds_count', 'files_count'])
      expect(metrics).toContain(`iot_config_${name}`);
    const { stdout: page } = await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', `${base}/api/docs`]);
    expect(page).toBe('200');
  });
});
