import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timeOf } from '../../src/core/ids/uuid-v7.js';
import { pack } from '../../src/core/packing/packed.js';
import type { Body } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { HistoryWorld } from '../support/history-world.js';

describe('histories', () => {
  let world: HistoryWorld;
  let { label, device, other, fn, good, flaky, flow, events } = {} as HistoryWorld;
  /** The events of the device. */
  let newestFirst: string[];

  beforeAll(async () => {
    world = await HistoryWorld.create();
    ({ label, device, other, fn, good, flaky, flow, events } = world);
    newestFirst = [events.converted, events.filtered, events.failed].sort().reverse();
  });
  afterAll(() => world.close());

  const idsOf = (entries: Body) => entries.map((entry: Body) => entry.id);

  describe('GET /devices/{device_id}/history', () => {
    it('shows what the device said, newest first', async () => {
      const history = await world.get(`devices/${device.id}/history`);
      const turned = {
        event: 'status_change',
        decoded: null,
        data: { from: 'never_seen', to: 'online', reason: 'message' },
      };
      expect(history.pop()).toMatchObject(turned);
      expect(idsOf(history)).toEqual(newestFirst);
      expect(history.find((entry: Body) => entry.id === events.converted)).toEqual({
        id: events.converted,
        device_id: device.id,
        device: { id: device.id, name: device.name, dev_eui: device.dev_eui },
        event: 'up',
        data: expect.objectContaining({ fPort: 85, data: 'A2cQAQRoUA==', object: { temperature: 20 } }),
        decoded: { temperature: 20 },
        timestamp: '2026-11-20T10:00:00.123Z',
        received_at: new Date(timeOf(events.converted)).toISOString(),
      });
    });

    it('narrows by event and by the time of receipt', async () => {
      expect(idsOf(await world.get(`devices/${other.id}/history?event=join`))).toEqual([events.joined]);
      expect(await world.get(`devices/${other.id}/history?event=up`)).toEqual([]);
      const received = new Date(timeOf(events.joined)).toISOString();
      expect(idsOf(await world.get(`devices/${other.id}/history?event=join&from=${received}`))).toEqual([
        events.joined,
      ]);
      expect(await world.get(`devices/${other.id}/history?to=${received}`)).toEqual([]);
    });

    it('keeps the history of a device that is retired, under its name', async () => {
      const gone = await world.tenant.aDevice();
      const { event_id } = await world.tenant.post(gone.dev_eui);
      expect((await world.app.http('DELETE', `/api/v1/devices/${gone.id}`, { token: world.tenant.token })).status).toBe(
        204,
      );
      const [entry] = await world.get(`devices/${gone.id}/history`);
      expect(entry).toMatchObject({ id: event_id, device: { name: gone.name } });
    });

    it('shows bytes that are no JSON, and makes safe what no JSON client could read', async () => {
      const odd = await world.tenant.aDevice();
      const { event_id } = await world.tenant.post(odd.dev_eui);
      const store = (body: string) =>
        world.app.database.query('UPDATE device_events SET body = $2, error = $3 WHERE id = $1', [
          event_id,
          pack(body),
          { code: 'odd', message: 'as a test wants it' },
        ]);
      await store('{not json');
      const [raw] = await world.get(`devices/${odd.id}/history`);
      expect(raw).toMatchObject({ data: { raw_base64: Buffer.from('{not json').toString('base64') }, decoded: null });
      expect(raw.error).toEqual({ code: 'odd', message: 'as a test wants it' });
      await store('{"object":{"a\\u0000":"\\ud800","big":1e999}}');
      const [safe] = await world.get(`devices/${odd.id}/history`);
      expect(safe.data).toEqual({ object: { 'a\ufffd': '\ufffd', big: null } });
      expect(safe.decoded).toEqual(safe.data.object);
    });

    it('shows what a codec made of it before what came with it', async () => {
      const decoded = await world.tenant.aDevice();
      const { event_id } = await world.tenant.post(decoded.dev_eui);
      await world.app.database.query(
        'INSERT INTO decoded_values (event_id, tenant_id, device_id, decoded) VALUES ($1, $2, $3, $4)',
        [event_id, world.tenant.tenantId, decoded.id, { by: 'codec' }],
      );
      const [entry] = await world.get(`devices/${decoded.id}/history`);
      expect(entry.decoded).toEqual({ by: 'codec' });
    });
  });

  describe('GET /flows/{flow_id}/history', () => {
    it('lists runs with what they came to', async () => {
      const runs = await world.get(`flows/${flow.id}/history?device_id=${device.id}`);
      expect(runs.map((run: Body) => run.event_id).sort()).toEqual([...newestFirst].sort());
      const failed = runs.find((run: Body) => run.event_id === events.failed);
      expect(failed).toEqual({
        id: expect.any(String),
        flow_id: flow.id,
        flow: { id: flow.id, name: expect.stringContaining('flow') },
        version: 1,
        status: 'running',
        trigger_source: 'label',
        source_id: device.id,
        device_id: device.id,
        event_id: events.failed,
        start_time: expect.stringMatching(/Z$/),
        end_time: null,
        execution_time: null,
        timestamp: failed.start_time,
        error_details: [{ node_id: 'convert', error: expect.stringContaining('too hot') }],
      });
    });

    it('narrows by status and device', async () => {
      expect(await world.get(`flows/${flow.id}/history?status=success`)).toEqual([]);
      expect(await world.get(`flows/history?status=running&device_id=${device.id}`)).toHaveLength(3);
      expect(await world.get(`flows/history?device_id=${other.id}`)).toEqual([]);
    });
  });

  describe('GET /flows/{flow_id}/history/{run_id}', () => {
    it('tells the way from the trigger to each delivery, with input, output and time of every step', async () => {
      const run = await world.runOf(events.converted);
      expect(run.execution_path).toEqual(['rooms', 'convert', 'good', 'flaky']);
      expect(run.input_data).toMatchObject({
        event_id: events.converted,
        event: 'up',
        device: { id: device.id, name: device.name, labels: ['rooms'] },
        data: { temperature: 20 },
      });
      const [trigger, converted, delivered, waiting] = run.steps;
      expect(trigger).toMatchObject({
        node_id: 'rooms',
        type: 'label',
        entity_id: label.id,
        name: 'rooms',
        status: 'success',
      });
      expect(trigger.output).toEqual(run.input_data);
      expect(converted).toMatchObject({
        ...{ node_id: 'convert', type: 'function', entity_id: fn.id, name: 'to Fahrenheit', status: 'success' },
        input: run.input_data,
        output: { fahrenheit: 68 },
        logs: [{ level: 'log', message: 'at 20' }],
        error: null,
        attempts: [],
        started_at: expect.stringMatching(/Z$/),
        duration_ms: expect.any(Number),
      });
      expect(delivered).toMatchObject({
        ...{ node_id: 'good', type: 'integration', entity_id: good.id, status: 'delivered' },
        input: { fahrenheit: 68 },
        output: { response_status: 200, response: 'thank you' },
        error: null,
        attempts: [{ status: 'delivered', response_status: 200 }],
      });
      expect(delivered.next_attempt_at).toBeUndefined();
      expect(waiting).toMatchObject({
        ...{ node_id: 'flaky', type: 'integration', entity_id: flaky.id, status: 'waiting' },
        input: run.input_data,
        error: { code: 'http.status_503' },
        attempts: [{ status: 'failed', response_status: 503 }],
      });
      expect(Date.parse(waiting.next_attempt_at)).toBeGreaterThan(Date.parse(waiting.started_at) + 2_000_000);
    });

    it('sends what it shows, to the letter', async () => {
      const run = await world.runOf(events.converted);
      const sent = world.sink.requests.find(
        (request) => request.url === '/flaky' && request.body.includes(events.converted),
      );
      expect(JSON.stringify(run.input_data)).toBe(sent?.body);
    });

    it('shows where a path ended, and why', async () => {
      const filtered = (await world.runOf(events.filtered)).steps[1];
      expect(filtered).toMatchObject({ status: 'filtered', output: null, error: null });
      const failed = await world.runOf(events.failed);
      expect(failed.execution_path).toEqual(['rooms', 'convert', 'flaky']);
      expect(failed.steps[1]).toMatchObject({
        status: 'error',
        output: null,
        error: { code: 'sandbox.threw', message: expect.stringContaining('too hot'), line: 4 },
      });
    });

    it('shows a run without its message when the event is past retention', async () => {
      const lone = await world.tenant.aDevice({ label_ids: [label.id] });
      const { event_id } = await world.tenant.post(lone.dev_eui);
      const run = await eventually(async () => {
        const [found] = await world.get(`flows/${flow.id}/history?device_id=${lone.id}`);
        return found;
      }, 'its run');
      await world.app.database.query('DELETE FROM device_events WHERE id = $1', [event_id]);
      const detail = await world.get(`flows/${flow.id}/history/${run.id}`);
      expect(detail).toMatchObject({ input_data: null, execution_path: ['rooms', 'convert', 'good', 'flaky'] });
      // What waits has its message with it.
      expect(detail.steps[3].input).toMatchObject({ event_id });
      const [inFunction] = await world.get(`functions/${fn.id}/history`);
      expect(inFunction).toMatchObject({ flow_run_id: run.id, input_data: null });
    });

    it('knows a run only under its own flow', async () => {
      const { id } = await world.runOf(events.converted);
      const elsewhere = await world.tenant.aChain(['device', other.id], ['integration', good.id]);
      expect((await world.ask(`flows/${elsewhere.id}/history/${id}`)).body).toMatchObject({
        code: 'flow.run_not_found',
      });
      expect((await world.ask(`flows/${flow.id}/history/${randomUUID()}`)).status).toBe(404);
    });
  });

  describe('GET /functions/{function_id}/history', () => {
    it('shows input, output, logs and error of each execution', async () => {
      const history = await world.get(`functions/${fn.id}/history`);
      const [converted, filtered, failed] = [events.converted, events.filtered, events.failed].map((eventId) =>
        history.find((entry: Body) => entry.input_data?.event_id === eventId),
      );
      const run = await world.runOf(events.converted);
      expect(converted).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        function_id: fn.id,
        function: { id: fn.id, name: 'to Fahrenheit' },
        version: 1,
        flow_id: flow.id,
        flow: run.flow,
        flow_run_id: run.id,
        node_id: 'convert',
        status: 'success',
        input_data: run.input_data,
        output_data: { fahrenheit: 68 },
        logs: [{ level: 'log', message: 'at 20' }],
        error_message: null,
        error: null,
        execution_time: run.steps[1].duration_ms,
        timestamp: run.steps[1].started_at,
      });
      expect(filtered).toMatchObject({ status: 'filtered', output_data: null });
      expect(failed).toMatchObject({ status: 'error', error_message: expect.stringContaining('too hot') });
    });

    it('narrows by status', async () => {
      const failed = await world.get(`functions/history?status=error`);
      expect(failed.map((entry: Body) => entry.input_data.event_id)).toEqual([events.failed]);
    });

    it('takes the output of the function before it as its input', async () => {
      const first = await world.tenant.aFunction('function process() { return { n: 1 }; }');
      const second = await world.tenant.aFunction('function process(m) { return { n: m.n + 1 }; }');
      const lone = await world.tenant.aDevice();
      await world.tenant.aChain(
        ['device', lone.id],
        ['function', first.id],
        ['function', second.id],
        ['integration', good.id],
      );
      await world.tenant.post(lone.dev_eui);
      const entry = await eventually(
        async () => (await world.get(`functions/${second.id}/history`))[0],
        'the second function',
      );
      expect(entry).toMatchObject({ input_data: { n: 1 }, output_data: { n: 2 } });
      const [delivery] = (await world.get(`integrations/${good.id}/history`)).filter(
        (one: Body) => one.input_data?.n === 2,
      );
      expect(delivery).toMatchObject({ status: 'delivered', flow_run_id: entry.flow_run_id });
    });
  });

  describe('GET /integrations/{integration_id}/history', () => {
    it('shows what waits with its next attempt', async () => {
      const [entry] = await world.get(`integrations/${flaky.id}/history?limit=1`);
      expect(entry).toMatchObject({
        integration_id: flaky.id,
        integration: { id: flaky.id },
        flow_id: flow.id,
        flow: { id: flow.id },
        status: 'waiting',
        input_data: { event: 'up' },
        response_data: { response_status: 503, response: 'not now' },
        error_message: expect.stringContaining('503'),
        code: 'http.status_503',
        attempts: [{ status: 'failed', code: 'http.status_503', duration_ms: expect.any(Number) }],
        next_attempt_at: expect.stringMatching(/Z$/),
        execution_time: expect.any(Number),
        timestamp: expect.stringMatching(/Z$/),
      });
    });

    it('shows what was delivered with its message and its answer, also alone', async () => {
      const run = await world.runOf(events.converted);
      const delivered = await world.get(`integrations/${good.id}/history?status=delivered`);
      const entry = delivered.find((one: Body) => one.flow_run_id === run.id);
      expect(entry).toMatchObject({
        id: run.steps[2].delivery_id,
        input_data: { fahrenheit: 68 },
        response_data: { response_status: 200, response: 'thank you' },
        error_message: null,
        code: null,
      });
      expect(entry.next_attempt_at).toBeUndefined();
      expect(await world.get(`integrations/${good.id}/history/${entry.id}`)).toEqual(entry);
      const [waiting] = await world.get(`integrations/${flaky.id}/history?limit=1`);
      expect(await world.get(`integrations/${flaky.id}/history/${waiting.id}`)).toEqual(waiting);
      const misplaced = await world.ask(`integrations/${flaky.id}/history/${entry.id}`);
      expect(misplaced.body).toMatchObject({ status: 404, code: 'integration.delivery_not_found' });
    });

    it('narrows by status and flow', async () => {
      expect(await world.get(`integrations/${flaky.id}/history?status=delivered`)).toEqual([]);
      expect(await world.get(`integrations/${good.id}/history?status=waiting`)).toEqual([]);
      expect(await world.get(`integrations/${flaky.id}/history?flow_id=${randomUUID()}`)).toEqual([]);
      expect(await world.get(`integrations/history?flow_id=${flow.id}&status=waiting`)).not.toEqual([]);
    });

    it('says what holds a delivery instead of a time', async () => {
      await world.app.database.query('UPDATE lanes SET disabled = true WHERE id = $1', [flaky.id]);
      const [disabled] = await world.get(`integrations/${flaky.id}/history?limit=1`);
      expect(disabled).toMatchObject({ status: 'waiting', held_by: 'disabled' });
      expect(disabled.next_attempt_at).toBeUndefined();
      const until = '2199-01-01T00:00:00.000Z';
      await world.app.database.query(
        `UPDATE lanes SET disabled = false, blocked_until = $2, blocked_reason = 'paused' WHERE id = $1`,
        [flaky.id, until],
      );
      const [paused] = await world.get(`integrations/${flaky.id}/history?limit=1`);
      expect(paused).toMatchObject({ held_by: 'paused', next_attempt_at: until });
    });
  });
});
