import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouteTable } from '../../src/core/http/route-table.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { anUplink } from '../support/uplinks.js';

/** Every route that the Device Manager API's document names, in its words and order. */
const documented = `
  POST /api/v1/auth/register
  POST /api/v1/auth/login
  GET /api/v1/devices
  POST /api/v1/devices
  GET /api/v1/devices/{device_id}
  PUT /api/v1/devices/{device_id}
  DELETE /api/v1/devices/{device_id}
  GET /api/v1/devices/history
  GET /api/v1/devices/{device_id}/history
  GET /api/v1/devices/{device_id}/labels
  PUT /api/v1/devices/{device_id}/labels
  GET /api/v1/labels
  POST /api/v1/labels
  GET /api/v1/labels/{label_id}
  PUT /api/v1/labels/{label_id}
  DELETE /api/v1/labels/{label_id}
  POST /api/v1/labels/{label_id}/devices/{device_id}
  DELETE /api/v1/labels/{label_id}/devices/{device_id}
  GET /api/v1/functions
  POST /api/v1/functions
  GET /api/v1/functions/{function_id}
  PUT /api/v1/functions/{function_id}
  DELETE /api/v1/functions/{function_id}
  GET /api/v1/functions/history
  GET /api/v1/functions/{function_id}/history
  GET /api/v1/integrations
  POST /api/v1/integrations
  GET /api/v1/integrations/{integration_id}
  PUT /api/v1/integrations/{integration_id}
  DELETE /api/v1/integrations/{integration_id}
  GET /api/v1/integrations/history
  GET /api/v1/integrations/{integration_id}/history
  GET /api/v1/integrations/{integration_id}/history/{history_id}
  GET /api/v1/flows
  POST /api/v1/flows
  GET /api/v1/flows/{flow_id}
  PUT /api/v1/flows/{flow_id}
  DELETE /api/v1/flows/{flow_id}
  GET /api/v1/flows/history
  GET /api/v1/flows/{flow_id}/history
  GET /api/v1/flows/{flow_id}/history/{history_id}
  GET /api/v1/storages
  POST /api/v1/storages
  GET /api/v1/storages/{storage_id}
  PUT /api/v1/storages/{storage_id}
  DELETE /api/v1/storages/{storage_id}
  GET /api/v1/search
  POST /api/v1/ingest/chirpstack`
  .trim()
  .split(/\s*\n\s*/);

const cli = join(import.meta.dirname, '../../src/cli/fieldline.js');

interface Answer {
  status: number;
  // What the document shows is JSON of many shapes; each expectation says which it reads.
  body: Record<string, unknown> & { id?: string };
}

describe('the Device Manager API’s document', () => {
  let server: TestApp;
  let base: string;
  let sink: HttpSink;
  let token = '';
  const called = new Set<string>();

  beforeAll(async () => {
    server = await startTestApp();
    base = await server.listen();
    sink = await HttpSink.start();
  });
  afterAll(async () => {
    await sink.close();
    await server.close();
  });

  /** `route` as the document writes it; `ids` fill its braces. */
  async function call(
    route: string,
    ids: string[] = [],
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const [method = '', pattern = ''] = route.split(' ');
    called.add(`${method} ${pattern.split('?')[0] ?? ''}`);
    const left = [...ids];
    const response = await fetch(base + pattern.replace(/\{\w+\}/g, () => left.shift() ?? ''), {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
  }
  async function listOf(route: string, ids: string[] = []): Promise<Record<string, unknown>[]> {
    const list: unknown = (await call(route, ids)).body;
    if (!Array.isArray(list)) throw new Error(`${route} answers no list`);
    return list as Record<string, unknown>[];
  }
  async function create(route: string, body: unknown): Promise<string> {
    const answer = await call(route, [], body);
    expect([route, answer.status]).toEqual([route, 201]);
    return String(answer.body.id);
  }

  it('works as it is written, from the first account to the histories', async () => {
    const person = { email: 'user@example.com', username: 'johndoe', password: 'securepassword' };
    expect((await call('POST /api/v1/auth/register', [], person)).status).toBe(201);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = await call('POST /api/v1/auth/login', [], 'username=user@example.com&password=securepassword', form);
    expect(login).toMatchObject({ status: 200, body: { token_type: 'bearer' } });
    token = String(login.body['access_token']);

    // Temperature Monitoring and Asset Tracking, the document's two scenarios, in one.
    const label = await create('POST /api/v1/labels', { name: 'trackers' });
    const devEui = 'A84041FFFF00D001';
    const device = await create('POST /api/v1/devices', { name: 'temperature sensor', dev_eui: devEui });
    const labelled = await call('PUT /api/v1/devices/{device_id}/labels', [device], [label]);
    expect(labelled.status).toBe(200);
    expect(await listOf('GET /api/v1/devices/{device_id}/labels', [device])).toMatchObject([{ id: label }]);
    const code = `function processTemperature(data) {
      // Convert Celsius to Fahrenheit
      if (data.data.temperature) {
        data.data.temperatureF = (data.data.temperature * 9) / 5 + 32;
      }
      return data;
    }`;
    const fn = await create('POST /api/v1/functions', { name: 'alert', code });
    const integration = await create('POST /api/v1/integrations', {
      name: 'alerts',
      type: 'http',
      config: { url: sink.url, method: 'POST', headers: { 'X-From': 'document' } },
    });
    const flow = await create('POST /api/v1/flows', {
      name: 'device to alert',
      nodes: [
        { id: 'device-1', type: 'device', position: { x: 0, y: 0 }, data: { entityId: device } },
        { id: 'function-1', type: 'function', position: { x: 1, y: 0 }, data: { entityId: fn } },
        { id: 'integration-1', type: 'integration', position: { x: 2, y: 0 }, data: { entityId: integration } },
      ],
      edges: [
        { id: 'e1', source: 'device-1', target: 'function-1' },
        { id: 'e2', source: 'function-1', target: 'integration-1' },
      ],
      layout: { zoom: 1 },
    });

    const { body: made } = await call('POST /api/v1/api-keys', [], { name: 'ChirpStack', scopes: ['ingest'] });
    const posted = await call(
      'POST /api/v1/ingest/chirpstack?event=up',
      [],
      anUplink(devEui, { object: { temperature: 25 } }),
      { authorization: '', 'x-api-key': String(made['key']) },
    );
    expect(posted).toMatchObject({ status: 202, body: { success: true, device_id: device } });
    const sent = await eventually(() => Promise.resolve(sink.requests[0]), 'the delivery');
    expect(JSON.parse(sent.body)).toMatchObject({ data: { temperature: 25, temperatureF: 77 } });
    const [run] = await eventually(async () => {
      const runs = await listOf('GET /api/v1/flows/{flow_id}/history', [flow]);
      return runs[0]?.['status'] === 'success' ? runs : undefined;
    }, 'the run’s end');

    expect(await listOf('GET /api/v1/devices/history')).toMatchObject([
      { device_id: device, event: 'up' },
      { event: 'status_change' },
    ]);
    expect(await listOf('GET /api/v1/devices/{device_id}/history', [device])).toHaveLength(2);
    expect(await listOf('GET /api/v1/functions/history')).toMatchObject([{ function_id: fn, status: 'success' }]);
    expect(await listOf('GET /api/v1/functions/{function_id}/history', [fn])).toMatchObject([
      { input_data: { data: { temperature: 25 } }, output_data: { data: { temperatureF: 77 } } },
    ]);
    expect(await listOf('GET /api/v1/integrations/history')).toMatchObject([{ integration_id: integration }]);
    const [delivery] = await listOf('GET /api/v1/integrations/{integration_id}/history', [integration]);
    const detail = await call('GET /api/v1/integrations/{integration_id}/history/{history_id}', [
      integration,
      String(delivery?.['id']),
    ]);
    expect(detail).toMatchObject({ status: 200, body: { input_data: { data: { temperatureF: 77 } } } });
    expect(await listOf('GET /api/v1/flows/history')).toMatchObject([{ flow_id: flow, status: 'success' }]);
    const whole = await call('GET /api/v1/flows/{flow_id}/history/{history_id}', [flow, String(run?.['id'])]);
    expect(whole.status).toBe(200);
    expect((whole.body['steps'] as { type: string }[]).map(({ type }) => type)).toEqual([
      'device',
      'function',
      'integration',
    ]);

    const found = await call('GET /api/v1/search?query=alert');
    expect(found.body).toMatchObject({
      functions: [{ id: fn, type: 'function' }],
      integrations: [{ id: integration }],
    });

    for (const [kind, id] of Object.entries({
      devices: device,
      labels: label,
      functions: fn,
      integrations: integration,
      flows: flow,
    })) {
      const parameter = `{${kind.slice(0, -1)}_id}`;
      expect(await listOf(`GET /api/v1/${kind}`)).toMatchObject([{ id }]);
      const read = await call(`GET /api/v1/${kind}/${parameter}`, [id]);
      expect([kind, read.status]).toEqual([kind, 200]);
      const renamed = await call(`PUT /api/v1/${kind}/${parameter}`, [id], { name: `renamed ${kind}` });
      expect(renamed).toMatchObject({ status: 200, body: { name: `renamed ${kind}` } });
      // What GET gave can be PUT.
      expect((await call(`PUT /api/v1/${kind}/${parameter}`, [id], renamed.body)).status).toBe(200);
    }
    expect((await call('DELETE /api/v1/labels/{label_id}/devices/{device_id}', [label, device])).status).toBeLessThan(
      300,
    );
    expect((await call('POST /api/v1/labels/{label_id}/devices/{device_id}', [label, device])).status).toBeLessThan(
      300,
    );

    const storage = await create('POST /api/v1/storages', {
      ...{ name: 'readings', type: 'influxdb', host: '127.0.0.1', port: 8086 },
      ...{ database: 'iot', username: 'iot', password: 'secret of the storage' },
    });
    const shown = await call('GET /api/v1/storages/{storage_id}', [storage]);
    expect(shown.body).toMatchObject({ id: storage, password: '********' });
    expect(await listOf('GET /api/v1/storages')).toHaveLength(1);
    expect((await call('PUT /api/v1/storages/{storage_id}', [storage], shown.body)).status).toBe(200);
    expect((await call('DELETE /api/v1/storages/{storage_id}', [storage])).status).toBe(204);

    for (const [kind, id] of Object.entries({
      flows: flow,
      integrations: integration,
      functions: fn,
      labels: label,
      devices: device,
    })) {
      const gone = await call(`DELETE /api/v1/${kind}/{${kind.slice(0, -1)}_id}`, [id]);
      expect([kind, gone.status]).toEqual([kind, 204]);
      expect((await call(`GET /api/v1/${kind}/{${kind.slice(0, -1)}_id}`, [id])).status).toBe(404);
    }
    expect(documented.filter((route) => !called.has(route))).toEqual([]);
  });

  it('names only routes that the router has', () => {
    const known = server.app
      .get(RouteTable)
      .list()
      .map(({ method, pattern }) => `${method} ${pattern.replace(/:\w+/g, '*')}`);
    expect(documented.filter((route) => !known.includes(route.replace(/\{\w+\}/g, '*')))).toEqual([]);
  });

  it('makes an administrator by the command', async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: server.database.url,
      SECRET_KEY: 'a key for tests that is long enough to pass every check',
      ALLOW_UNSAFE_DATABASE: 'true',
    };
    await promisify(execFile)(process.execPath, [cli, 'create-admin', 'admin@example.com', 'admin', 'securepassword'], {
      env,
    });
    const body = JSON.stringify({ username: 'admin', password: 'securepassword' });
    const login = await fetch(`${base}/api/v1/auth/login`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(login.status).toBe(200);
  });
});
