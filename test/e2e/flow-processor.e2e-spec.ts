import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { answer, HttpSink, neverAnswer } from '../support/http-sink.js';
import { MqttSink } from '../support/mqtt-sink.js';
import { TenantWorld } from '../support/tenant-world.js';

const toFahrenheit =
  'function processTemperature(data) { data.data.temperatureF = data.data.temperature * 9 / 5 + 32; return data; }';

describe('one event through its flows', () => {
  let app: TestApp;
  let world: TenantWorld;
  let sink: HttpSink;
  let broker: MqttSink;

  beforeAll(async () => {
    [app, sink, broker] = await Promise.all([startTestApp(), HttpSink.start(), MqttSink.start()]);
  });
  beforeAll(async () => {
    world = await TenantWorld.create(app);
  });
  afterEach(() => {
    sink.clear();
    sink.answerAlways(answer(200));
    broker.clear();
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([sink.close(), broker.close()]);
  });

  const httpIntegration = (path = '/hook') => world.anIntegration('http', { url: `${sink.url}${path}` });
  /** The run of a flow once it has the wanted status, with all its detail. */
  const runOf = (flowId: string, status: string): Promise<Body> =>
    eventually(async () => {
      const [run] = await world.get(`/api/v1/flows/${flowId}/history?limit=1`);
      return run?.status === status ? world.get(`/api/v1/flows/${flowId}/history/${String(run.id)}`) : undefined;
    }, `a run of status ${status}`);

  it('carries an uplink through a function to HTTP and MQTT and keeps every step', async () => {
    const device = await world.aDevice();
    const fn = await world.aFunction(toFahrenheit);
    const http = await httpIntegration();
    const mqtt = await world.anIntegration('mqtt', {
      host: broker.host,
      port: broker.port,
      topic: 'rooms/{{device.dev_eui}}',
      protocol_version: 4,
    });
    const flow = await world.aFlow(
      [
        { id: 'd', type: 'device', entityId: device.id },
        { id: 'f', type: 'function', entityId: fn.id },
        { id: 'h', type: 'integration', entityId: http.id },
        { id: 'm', type: 'integration', entityId: mqtt.id },
      ],
      [
        ['d', 'f'],
        ['f', 'h'],
        ['f', 'm'],
      ],
    );
    const posted = await world.post(device.dev_eui);
    const [request] = await sink.received(1);
    const [message] = await broker.received(1);
    const sent = JSON.parse(request?.body ?? '{}');
    expect(sent).toMatchObject({
      event_id: posted.event_id,
      event: 'up',
      device: { id: device.id, dev_eui: device.dev_eui },
      data: { temperature: 27.2, temperatureF: 80.96 },
      payload: 'A2cQAQRoUA==',
      f_port: 85,
    });
    expect(sent.object).toBeUndefined();
    expect(message?.topic).toBe(`rooms/${device.dev_eui}`);
    expect(JSON.parse(message?.payload ?? '{}')).toEqual(sent);

    const run = await runOf(flow.id, 'success');
    expect(run).toMatchObject({ flow_id: flow.id, version: 1, status: 'success', error_details: [] });
    const steps = run.steps.filter((step: Body) => step.node_id !== 'd');
    expect(steps.map((step: Body) => [step.node_id, step.status])).toEqual([
      ['f', 'success'],
      ['h', 'delivered'],
      ['m', 'delivered'],
    ]);
    expect(steps[0].input.data).toEqual({ temperature: 27.2, humidity: 40 });
    expect(steps[0].output.data.temperatureF).toBe(80.96);
    expect(steps[1].input).toEqual(steps[0].output);
    expect(request?.headers['webhook-id']).toMatch(/^[0-9a-f-]{36}$/);

    const seen = await world.get(`/api/v1/devices/${device.id}`);
    expect(seen.latest).toEqual({ temperature: 27.2, humidity: 40 });
  });

  it('ends a path as filtered when a function returns null', async () => {
    const device = await world.aDevice();
    const fn = await world.aFunction('function process(m) { console.log("too cold"); return null; }');
    const flow = await world.aChain(
      ['device', device.id],
      ['function', fn.id],
      ['integration', (await httpIntegration()).id],
    );
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'success');
    const step = run.steps.find((candidate: Body) => candidate.node_id === 'n1');
    expect(step).toMatchObject({ status: 'filtered', logs: [{ level: 'log', message: 'too cold' }] });
    expect(sink.requests).toEqual([]);
  });

  it('lets a failed step end its own path and not its sibling’s', async () => {
    const device = await world.aDevice();
    const bad = await world.aFunction('function process(m) {\n  return m.nope.nope;\n}');
    const good = await world.aFunction('function process(m) { return { ok: true }; }');
    const flow = await world.aFlow(
      [
        { id: 'd', type: 'device', entityId: device.id },
        { id: 'bad', type: 'function', entityId: bad.id },
        { id: 'good', type: 'function', entityId: good.id },
        { id: 'h', type: 'integration', entityId: (await httpIntegration()).id },
      ],
      [
        ['d', 'bad'],
        ['bad', 'h'],
        ['d', 'good'],
        ['good', 'h'],
      ],
    );
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'partial_success');
    expect(run.error_details).toEqual([{ node_id: 'bad', error: expect.stringContaining('nope') }]);
    expect(run.steps.find((step: Body) => step.node_id === 'bad').error).toMatchObject({ line: 2 });
    expect((await sink.received(1)).map((request) => request.body)).toEqual(['{"ok":true}']);
  });

  it('stops a function that loops, and goes on', async () => {
    const device = await world.aDevice();
    const fn = await world.aFunction('function process(m) { for (;;) {} }');
    const flow = await world.aChain(
      ['device', device.id],
      ['function', fn.id],
      ['integration', (await httpIntegration()).id],
    );
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'error');
    expect(run.steps.find((step: Body) => step.node_id === 'n1').error.code).toBe('sandbox.timeout');
    expect(await world.get('/api/health')).toMatchObject({ status: 'healthy' });
  });

  it('keeps what a function returns however odd, and its neighbours are saved', async () => {
    const device = await world.aDevice();
    const odd = await world.aFunction(
      'function process(m) { return { nul: "a\\u0000b", lone: "\\ud800", big: Infinity, ok: 1 }; }',
    );
    const flow = await world.aChain(
      ['device', device.id],
      ['function', odd.id],
      ['integration', (await httpIntegration()).id],
    );
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'success');
    expect(run.steps.find((step: Body) => step.node_id === 'n1').output).toEqual({
      nul: 'a\ufffdb',
      lone: '\ufffd',
      big: null,
      ok: 1,
    });
  });

  it('retries only what failed, with the same id, and then the run succeeds', async () => {
    const device = await world.aDevice();
    const flaky = await world.anIntegration('http', { url: `${sink.url}/flaky`, schedule_ms: [0, 50, 50] });
    const steady = await world.anIntegration('http', { url: `${sink.url}/steady` });
    const fn = await world.aFunction('let runs = 0; function process(m) { runs += 1; return { runs }; }');
    const flow = await world.aFlow(
      [
        { id: 'd', type: 'device', entityId: device.id },
        { id: 'f', type: 'function', entityId: fn.id },
        { id: 'flaky', type: 'integration', entityId: flaky.id },
        { id: 'steady', type: 'integration', entityId: steady.id },
      ],
      [
        ['d', 'f'],
        ['f', 'flaky'],
        ['f', 'steady'],
      ],
    );
    let failures = 2;
    sink.answerAlways((request, response) => {
      const fails = request.url === '/flaky' && failures-- > 0;
      response.writeHead(fails ? 503 : 200).end(fails ? 'not now' : '');
    });
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'success');
    const flakyRequests = sink.requests.filter((request) => request.url === '/flaky');
    expect(flakyRequests).toHaveLength(3);
    expect(new Set(flakyRequests.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(sink.requests.filter((request) => request.url === '/steady')).toHaveLength(1);
    const step = run.steps.find((candidate: Body) => candidate.node_id === 'flaky');
    expect(step.attempts.map((attempt: Body) => [attempt.status, attempt.response_status])).toEqual([
      ['failed', 503],
      ['failed', 503],
      ['delivered', 200],
    ]);
  });

  it('fails at once what will never be taken', async () => {
    const device = await world.aDevice();
    const flow = await world.aChain(['device', device.id], ['integration', (await httpIntegration()).id]);
    sink.answerAlways(answer(400, 'no such thing'));
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'error');
    const step = run.steps.find((candidate: Body) => candidate.node_id === 'n1');
    expect(step).toMatchObject({ status: 'failed' });
    expect(step.attempts).toHaveLength(1);
  });

  it('does not wait for a destination that hangs: the run is visible with its steps while the attempt goes on', async () => {
    const device = await world.aDevice();
    const fn = await world.aFunction('function process(m) { return { n: 1 }; }');
    const slow = await world.anIntegration('http', { url: `${sink.url}/slow`, timeout_ms: 1_500, schedule_ms: [0] });
    const flow = await world.aChain(['device', device.id], ['function', fn.id], ['integration', slow.id]);
    sink.answerAlways(neverAnswer);
    await world.post(device.dev_eui);
    const running = await runOf(flow.id, 'running');
    expect(running.steps.find((step: Body) => step.node_id === 'n1').status).toBe('success');
    expect(running.steps.find((step: Body) => step.node_id === 'n2').status).toBe('waiting');
    const ended = await runOf(flow.id, 'error');
    expect(ended.steps.find((step: Body) => step.node_id === 'n2').attempts).toHaveLength(1);
    expect(sink.requests).toHaveLength(1);
  });

  it('goes on behind an integration, also when that had to wait', async () => {
    const device = await world.aDevice();
    const first = await world.anIntegration('http', { url: `${sink.url}/first`, schedule_ms: [0, 30] });
    const fn = await world.aFunction('function process(m) { return { after: true }; }');
    const last = await world.anIntegration('http', { url: `${sink.url}/last` });
    const flow = await world.aChain(
      ['device', device.id],
      ['integration', first.id],
      ['function', fn.id],
      ['integration', last.id],
    );
    sink.script(answer(500));
    await world.post(device.dev_eui);
    const run = await runOf(flow.id, 'success');
    expect(sink.requests.map((request) => request.url)).toEqual(['/first', '/first', '/last']);
    expect(run.steps.filter((step: Body) => step.node_id !== 'n0').map((step: Body) => step.status)).toEqual([
      'delivered',
      'success',
      'delivered',
    ]);
  });

  it('runs a flow once for two triggers that carry the same message', async () => {
    const label = await world.aLabel(`label ${Date.now().toString()}`);
    const device = await world.aDevice({ label_ids: [label.id] });
    const http = await httpIntegration();
    const flow = await world.aFlow(
      [
        { id: 'd', type: 'device', entityId: device.id },
        { id: 'l', type: 'label', entityId: label.id },
        { id: 'h', type: 'integration', entityId: http.id },
      ],
      [
        ['d', 'h'],
        ['l', 'h'],
      ],
    );
    await world.post(device.dev_eui);
    await runOf(flow.id, 'success');
    expect(sink.requests).toHaveLength(1);
  });

  it('runs nothing for a disabled flow, for another event, for another port', async () => {
    const device = await world.aDevice();
    const http = await httpIntegration();
    const trigger = { id: 'd', type: 'device', entityId: device.id };
    const target = { id: 'h', type: 'integration', entityId: http.id };
    const edge: [string, string][] = [['d', 'h']];
    const joins = await world.aFlow([{ ...trigger, events: ['join'] }, target], edge);
    const otherPort = await world.aFlow([{ ...trigger, f_port: 7 }, target], edge);
    const disabled = await world.aFlow([trigger, target], edge);
    await app.http('PUT', `/api/v1/flows/${disabled.id}`, { token: world.token, body: { enabled: false } });
    const matching = await world.aFlow([trigger, target], edge);
    await world.post(device.dev_eui);
    await runOf(matching.id, 'success');
    for (const flow of [joins, otherPort, disabled])
      expect(await world.get(`/api/v1/flows/${flow.id}/history`)).toEqual([]);
  });

  it('keeps for each key of latest the newest by time and counter, whatever came last', async () => {
    const device = await world.aDevice();
    const at = (minute: number) => `2026-11-20T10:0${minute.toString()}:00Z`;
    await world.post(device.dev_eui, { time: at(2), fCnt: 12, object: { a: 'new', b: 'only here' } });
    await world.post(device.dev_eui, { time: at(1), fCnt: 11, object: { a: 'old', c: 'late but new' } });
    await world.post(device.dev_eui, { time: at(2), fCnt: 13, object: { a: 'newest' } });
    await eventually(async () => {
      const [left] = await app.database.query('SELECT 1 FROM jobs WHERE tenant_id = $1', [world.tenantId]);
      return left === undefined ? true : undefined;
    }, 'no job left');
    expect((await world.get(`/api/v1/devices/${device.id}`)).latest).toEqual({
      a: 'newest',
      b: 'only here',
      c: 'late but new',
    });
  });
});
