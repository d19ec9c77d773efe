import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccountingService } from '../../src/modules/runs/deliveries/accounting/accounting.service.js';
import type { Body } from '../support/app.js';
import { DeliveryWorld, type Route } from '../support/delivery-world.js';
import { eventually } from '../support/eventually.js';

let world: DeliveryWorld;

beforeAll(async () => {
  world = await DeliveryWorld.create();
});
afterAll(async () => {
  const books = world.app.app.get(AccountingService, { strict: false });
  expect(await books.take(0, Date.now() + 86_400_000)).toMatchObject({ faults: 0 });
  await world.close();
});

/** A run once it has ended. */
const ended = ({ flow }: Route, runId: string): Promise<Body> =>
  eventually(async () => {
    const { status, body } = await world.ask('GET', `flows/${flow.id}/history/${runId}`);
    return status === 200 && body.status !== 'running' ? body : undefined;
  }, 'a run that has ended');
const onlyRunOf = async (route: Route): Promise<Body> => {
  await world.processed();
  const [run] = await world.tenant.get(`/api/v1/flows/${route.flow.id}/history`);
  return ended(route, run.id);
};
const replay = ({ flow }: Route, runId: string, query = '') =>
  world.ask('POST', `flows/${flow.id}/history/${runId}/replay${query}`);
const bodiesAt = (path: string): unknown[] =>
  world.sink.requests.filter(({ url }) => url === path).map(({ body }) => JSON.parse(body) as unknown);
const idsAt = (path: string): unknown[] =>
  world.sink.requests.filter(({ url }) => url === path).map(({ headers }) => headers['webhook-id']);

describe('POST /flows/{id}/history/{run_id}/replay', () => {
  it('makes a new run of the same message with the flow as it is now, or as it was', async () => {
    const fn = await world.tenant.aFunction('function process(m) { return { n: m.f_cnt, name: m.device.name }; }');
    const route = await world.aRoute('/runs', {}, [['function', fn.id]]);
    await world.send(route);
    const first = await onlyRunOf(route);
    expect(first).not.toHaveProperty('replay_of');

    // The mended flow sends the message as it is; the device has another name by now.
    const flow = await world.tenant.get(`/api/v1/flows/${route.flow.id}`);
    const [device, , integration] = flow.nodes;
    const edges = [{ id: 'straight', source: device.id, target: integration.id }];
    await world.ask('PUT', `flows/${route.flow.id}`, { nodes: [device, integration], edges });
    await world.ask('PUT', `devices/${route.device.id}`, { name: 'renamed' });

    const second = await replay(route, first.id);
    expect(second.status).toBe(202);
    expect(second.body).toEqual({ run_id: expect.any(String), replay_of: first.id, replay_number: 1, version: 2 });
    const secondRun = await ended(route, second.body.run_id);
    expect(secondRun).toMatchObject({ status: 'success', version: 2, replay_of: first.id, event_id: first.event_id });
    expect(secondRun.input_data).toEqual(first.input_data);

    const third = await replay(route, second.body.run_id, '?version=original');
    expect(third.body).toMatchObject({ replay_of: second.body.run_id, replay_number: 2, version: 2 });
    await ended(route, third.body.run_id);
    const fourth = await replay(route, first.id, '?version=original');
    expect(fourth.body).toMatchObject({ replay_of: first.id, replay_number: 3, version: 1 });
    await ended(route, fourth.body.run_id);

    const name = first.input_data.device.name;
    expect(bodiesAt('/runs')).toEqual([{ n: 0, name }, first.input_data, first.input_data, { n: 0, name }]);
    expect(new Set(idsAt('/runs')).size).toBe(4);
    const history = await world.tenant.get(`/api/v1/flows/${route.flow.id}/history`);
    expect(history.map(({ id }: Body) => id).sort()).toEqual(
      [first.id, second.body.run_id, third.body.run_id, fourth.body.run_id].sort(),
    );
  });

  it('runs a disabled flow, and one whose label the device no longer wears', async () => {
    const label = await world.tenant.aLabel('for a while');
    const device = await world.tenant.aDevice({ label_ids: [label.id] });
    const integration = await world.tenant.anIntegration('http', { url: `${world.sink.url}/worn` });
    const flow = await world.tenant.aChain(['label', label.id], ['integration', integration.id]);
    const route = { device, integration, flow };
    await world.send(route);
    const first = await onlyRunOf(route);
    await world.ask('PUT', `devices/${device.id}/labels`, []);
    await world.ask('PUT', `flows/${flow.id}`, { enabled: false });
    const { body } = await replay(route, first.id);
    expect(await ended(route, body.run_id)).toMatchObject({ status: 'success', trigger_source: 'label' });
    expect(bodiesAt('/worn')).toHaveLength(2);
  });

  it('leaves what is known of the device as it is', async () => {
    const route = await world.aRoute('/latest');
    await world.tenant.post(route.device.dev_eui, { fCnt: 1, object: { temperature: 1 } });
    const first = await onlyRunOf(route);
    await world.app.database.query(`UPDATE device_state SET latest = '{}' WHERE device_id = $1`, [route.device.id]);
    const { body } = await replay(route, first.id);
    await ended(route, body.run_id);
    expect((await world.tenant.get(`/api/v1/devices/${route.device.id}`)).latest).toEqual({});
  });

  it('is one run for two who ask in the same moment, and ends when it is asked for once more by a ghost', async () => {
    const route = await world.aRoute('/asked-twice');
    await world.send(route);
    const first = await onlyRunOf(route);
    const { body } = await replay(route, first.id);
    await ended(route, body.run_id);
    // The same run is queued again, as by somebody who counted before it was there.
    await world.app.database.query(
      `INSERT INTO jobs (id, tenant_id, lane_id, kind, payload) VALUES ($1, $2, $2, 'replay-run', $3)`,
      [
        body.run_id,
        world.tenant.tenantId,
        JSON.stringify({ replay_of: first.id, flow_id: route.flow.id, event_id: first.event_id }),
      ],
    );
    await world.processed();
    expect(bodiesAt('/asked-twice')).toHaveLength(2);
    expect((await replay(route, first.id)).body.replay_number).toBe(2);
  });

  it('refuses what is not there and what is past retention', async () => {
    const route = await world.aRoute('/gone');
    await world.send(route);
    const run = await onlyRunOf(route);
    const refused = async (flowId: string, runId: string, query = ''): Promise<unknown[]> => {
      const { status, body } = await world.ask('POST', `flows/${flowId}/history/${runId}/replay${query}`);
      return [status, body.code];
    };
    expect(await refused(route.flow.id, randomUUID())).toEqual([404, 'flow.run_not_found']);
    expect(await refused(randomUUID(), run.id)).toEqual([404, 'flow.not_found']);
    expect(await refused(route.flow.id, run.id, '?version=best')).toEqual([400, 'validation.failed']);
    await world.app.database.query('DELETE FROM device_events WHERE id = $1', [run.event_id]);
    expect(await refused(route.flow.id, run.id)).toEqual([409, 'flow.run_message_expired']);
    await world.ask('DELETE', `flows/${route.flow.id}`);
    expect(await refused(route.flow.id, run.id)).toEqual([404, 'flow.not_found']);
  });
});
