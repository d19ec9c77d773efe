import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Body } from '../support/app.js';
import { DeliveryWorld } from '../support/delivery-world.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
let world: DeliveryWorld;
let device: Body;
let convert: Body;
let hook: Body;
let archive: Body;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  const { tenant, sink } = world;
  [device, convert, hook] = await Promise.all([
    tenant.aDevice(),
    tenant.aFunction(
      `function process(msg) { console.log('c', msg.data.c); msg.data.f = msg.data.c * 9 / 5 + 32; return msg; }`,
    ),
    tenant.anIntegration('http', {
      url: `${sink.url}/hook`,
      headers: { 'X-Key': { value: 'canary-header', secret: true } },
      body_template: '{"f": {{data.f}}}',
    }),
  ]);
  ({ body: archive } = await world.ask('POST', 'storages', {
    ...{ name: 'archive', type: 'influxdb', host: '127.0.0.1', port: sink.port, database: 'd' },
    ...{ username: 'u', password: 'canary-password' },
  }));
});
afterAll(() => world.close());

const node = (id: string, type: string, entityId: string, data: object = {}) => ({
  id,
  type,
  data: { entityId, ...data },
});
const graph = () => ({
  nodes: [
    node('in', 'device', device.id, { events: ['up'] }),
    node('fn', 'function', convert.id),
    node('hook', 'integration', hook.id),
    node('db', 'storage', archive.id),
  ],
  edges: [
    { source: 'in', target: 'fn' },
    { source: 'fn', target: 'hook' },
    { source: 'hook', target: 'db' },
  ],
});
const tryOut = (body: object) => world.ask('POST', 'flows/test', { ...graph(), ...body });
const rowsKept = async (): Promise<Body> =>
  (
    await world.app.database.query(
      `SELECT (SELECT count(*)::int FROM flow_runs) AS runs, (SELECT count(*)::int FROM flow_steps) AS steps,
         (SELECT count(*)::int FROM deliveries) + (SELECT count(*)::int FROM waiting_deliveries) AS deliveries,
         (SELECT count(*)::int FROM flows) AS flows, (SELECT count(*)::int FROM jobs) AS jobs`,
    )
  )[0];

describe('POST /flows/test', () => {
  it('walks a graph that is not saved: functions run, and what would be sent is shown without secrets', async () => {
    const { status, body } = await tryOut({ sample: { data: { c: 20 } } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'success', execution_path: ['in', 'fn', 'hook', 'db'] });
    expect(body.steps).toMatchObject([
      { seq: 0, node_id: 'in', status: 'success', output: { data: { c: 20 } } },
      {
        ...{ seq: 1, input_seq: 0, node_id: 'fn', status: 'success', logs: [{ level: 'log', message: 'c 20' }] },
        ...{ input: { data: { c: 20 } }, output: { data: { c: 20, f: 68 } }, duration_ms: expect.any(Number) },
      },
      {
        ...{ seq: 2, input_seq: 1, node_id: 'hook', status: 'would_deliver', input: { data: { f: 68 } } },
        request: { method: 'POST', url: `${world.sink.url}/hook`, headers: { 'X-Key': '********' }, body: '{"f": 68}' },
      },
      { node_id: 'db', status: 'would_deliver', request: { body: expect.stringContaining(' c=20,f=68 ') } },
    ]);
    expect(JSON.stringify(body)).not.toContain('canary');
  });

  it('sends nothing and keeps nothing', async () => {
    const before = await rowsKept();
    await tryOut({ sample: { data: { c: 20 } } });
    expect(await rowsKept()).toEqual(before);
    expect(world.sink.requests).toEqual([]);
  });

  it('shows a function that throws, with the line, and a delivery that could not be made; siblings go on', async () => {
    const broken = await world.tenant.aFunction('function process(msg) {\n  throw new Error("no");\n}');
    const drawn = {
      nodes: [
        node('in', 'device', device.id),
        node('bad', 'function', broken.id),
        node('hook', 'integration', hook.id),
        node('db', 'storage', archive.id),
      ],
      edges: ['bad', 'hook', 'db'].map((target) => ({ source: 'in', target })),
    };
    const { body } = await world.ask('POST', 'flows/test', { ...drawn, sample: { data: { c: 1 } } });
    expect(body.status).toBe('partial_success');
    expect(body.steps.slice(1)).toMatchObject([
      {
        node_id: 'bad',
        status: 'error',
        error: { code: 'sandbox.threw', message: expect.stringContaining('no'), line: 2 },
      },
      { node_id: 'hook', status: 'failed', error: { code: 'template.missing_value' }, request: null },
      { node_id: 'db', status: 'would_deliver' },
    ]);
  });

  it('shows what a function filtered', async () => {
    const none = await world.tenant.aFunction('function process() { return null; }');
    const drawn = {
      nodes: [node('in', 'device', device.id), node('none', 'function', none.id), node('db', 'storage', archive.id)],
      edges: [
        { source: 'in', target: 'none' },
        { source: 'none', target: 'db' },
      ],
    };
    const { body } = await world.ask('POST', 'flows/test', drawn);
    expect(body).toMatchObject({ status: 'success', execution_path: ['in', 'none'] });
    expect(body.steps[1]).toMatchObject({ status: 'filtered', output: null });
  });

  it('refuses a graph that could not be saved', async () => {
    const cyclic = { ...graph(), edges: [...graph().edges, { source: 'db', target: 'fn' }] };
    expect((await world.ask('POST', 'flows/test', cyclic)).status).toBe(422);
    const unknown = { nodes: [node('in', 'device', nobodysId)], edges: [] };
    expect((await world.ask('POST', 'flows/test', unknown)).status).toBeGreaterThanOrEqual(400);
    expect((await world.ask('POST', 'flows/test', {})).status).toBe(400);
  });
});

describe('POST /flows/{id}/test', () => {
  let flow: Body;
  beforeAll(async () => {
    ({ body: flow } = await world.ask('POST', 'flows', { name: 'tried', enabled: false, ...graph() }));
  });
  const tryStored = (body: object, id = flow.id) => world.ask('POST', `flows/${id}/test`, body);

  it('walks the saved version on a stored event, also while it is disabled', async () => {
    const { event_id } = await world.tenant.post(device.dev_eui, { object: { c: 10 } });
    await world.processed();
    const { status, body } = await tryStored({ device_event_id: event_id });
    expect([status, body.status]).toEqual([200, 'success']);
    expect(body.input_data).toMatchObject({ event_id, device: { id: device.id }, data: { c: 10 } });
    expect(body.steps.at(-1)).toMatchObject({ node_id: 'db', output: { data: { f: 50 } } });
    expect(world.sink.requests).toEqual([]);
  });

  it('says where an event would not start it', async () => {
    const other = await world.tenant.aDevice();
    const { event_id } = await world.tenant.post(other.dev_eui, { object: { c: 10 } });
    await world.processed();
    const { body } = await tryStored({ device_event_id: event_id });
    expect(body).toMatchObject({ status: 'not_started', steps: [] });
  });

  it('refuses both at once, an unknown event, and a flow or an event of somebody else', async () => {
    expect((await tryStored({ sample: {}, device_event_id: nobodysId })).status).toBe(400);
    expect((await tryStored({ device_event_id: nobodysId })).status).toBe(400);
    expect((await tryStored({}, nobodysId)).status).toBe(404);
    const { token } = await world.app.signUp();
    const foreign = await world.app.http('POST', `/api/v1/flows/${flow.id}/test`, { token, body: {} });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'flow.not_found']);
    expect((await world.app.http('POST', `/api/v1/flows/${flow.id}/test`, { body: {} })).status).toBe(401);
  });
});
