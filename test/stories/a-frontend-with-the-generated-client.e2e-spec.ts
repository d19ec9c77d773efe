import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apiKeysCreate,
  authLogIn,
  authRegister,
  devicesGet,
  devicesList,
  devicesRegister,
  flowsCreate,
  functionsCreate,
  getDeviceSeries,
  ingestChirpStack,
  integrationsCreate,
  labelsCreate,
} from '#client';
import { createClient, createConfig } from '#client/client/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { aDevEui, anUplink } from '../support/uplinks.js';

const position = { x: 0, y: 0 };

describe('a frontend that knows nothing but the generated client', () => {
  let server: TestApp;
  let sink: HttpSink;
  let baseUrl: string;

  beforeAll(async () => {
    server = await startTestApp();
    baseUrl = await server.listen();
    sink = await HttpSink.start();
  });
  afterAll(async () => {
    await sink.close();
    await server.close();
  });

  /** Types say what an answer holds; whether it is one is said here. */
  function answered<Data>({ data, error }: { data?: Data; error?: unknown }): NonNullable<Data> {
    if (data === undefined || data === null) throw new Error(`answered a problem: ${JSON.stringify(error)}`);
    return data;
  }

  it('signs up, builds a flow, sends a message and sees what came of it', async () => {
    const anybody = createClient(createConfig({ baseUrl }));
    const person = {
      email: 'ann@example.com',
      username: `ann-${randomUUID().slice(0, 8)}`,
      password: 'correct horse battery',
    };
    answered(await authRegister({ client: anybody, body: person }));
    const { access_token: token } = answered(
      await authLogIn({ client: anybody, body: { username: person.username, password: person.password } }),
    );
    const client = createClient(createConfig({ baseUrl, auth: token }));

    const label = answered(await labelsCreate({ client, body: { name: 'rooms' } }));
    const dev_eui = aDevEui();
    const device = answered(
      await devicesRegister({ client, body: { name: 'Room 12', dev_eui, label_ids: [label.id] } }),
    );
    const code = 'function f(m) { m.data.temperatureF = (m.data.temperature * 9) / 5 + 32; return m; }';
    const fn = answered(await functionsCreate({ client, body: { name: 'to Fahrenheit', code } }));
    const integration = answered(
      await integrationsCreate({ client, body: { name: 'alerts', type: 'http', config: { url: sink.url } } }),
    );
    answered(
      await flowsCreate({
        client,
        body: {
          name: 'rooms',
          nodes: [
            { id: 'l', type: 'label', position, data: { entityId: label.id } },
            { id: 'f', type: 'function', position, data: { entityId: fn.id } },
            { id: 'i', type: 'integration', position, data: { entityId: integration.id } },
          ],
          edges: [
            { id: '1', source: 'l', target: 'f' },
            { id: '2', source: 'f', target: 'i' },
          ],
        },
      }),
    );

    const { key } = answered(await apiKeysCreate({ client, body: { name: 'ChirpStack', scopes: ['ingest'] } }));
    const network = createClient(createConfig({ baseUrl, auth: key }));
    const uplink = anUplink(dev_eui, { object: { temperature: 20 } });
    const receipt = answered(await ingestChirpStack({ client: network, query: { event: 'up' }, body: uplink }));
    expect(receipt).toMatchObject({ success: true, device_id: device.id });

    const delivered = await eventually(() => Promise.resolve(sink.requests[0]), 'the delivery');
    expect(JSON.parse(delivered.body)).toMatchObject({ data: { temperature: 20, temperatureF: 68 } });
    const seen = answered(await devicesGet({ client, path: { id: device.id } }));
    expect(seen.status).toBe('online');
    expect(answered(await devicesList({ client, query: { label_id: label.id } })).map(({ id }) => id)).toEqual([
      device.id,
    ]);
    const chart = answered(
      await getDeviceSeries({
        client,
        path: { id: device.id },
        query: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
      }),
    );
    expect(chart).toMatchObject({ agg: 'avg' });
  });

  it('is told what is wrong in a typed problem', async () => {
    const { error, response } = await devicesList({ client: createClient(createConfig({ baseUrl })) });
    expect([response?.status, error?.code]).toEqual([401, 'auth.missing_credentials']);
  });
});
