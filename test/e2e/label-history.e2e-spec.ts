import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Body } from '../support/app.js';
import { HistoryWorld } from '../support/history-world.js';
import { TenantWorld } from '../support/tenant-world.js';

describe('GET /labels/{label_id}/history', () => {
  let world: HistoryWorld;
  let stranger: TenantWorld;

  beforeAll(async () => {
    world = await HistoryWorld.create();
    stranger = await TenantWorld.create(world.app);
  });
  afterAll(() => world.close());

  const eventsOf = async (labelId: string, query = ''): Promise<string[]> =>
    (await world.get(`labels/${labelId}/history${query}`)).map((run: Body) => run.event_id);
  const rename = (labelId: string, name: string) =>
    world.app.http('PATCH', `/api/v1/labels/${labelId}`, { token: world.tenant.token, body: { name } });

  it('shows the runs of every flow that had a node of it, newest first, as their flows show them', async () => {
    const { label, flow, events } = world;
    const runs = await world.get(`labels/${label.id}/history`);
    expect(runs).toEqual(await world.get(`flows/${flow.id}/history`));
    expect(await eventsOf(label.id)).toEqual([events.converted, events.filtered, events.failed].sort().reverse());
    expect(runs[0]).toMatchObject({ flow: { id: flow.id }, trigger_source: 'label', device_id: world.device.id });
  });

  it('pages, filters and counts like every history', async () => {
    const { label, events, device, other } = world;
    const whole = await eventsOf(label.id);
    const first = await world.ask(`labels/${label.id}/history?limit=2&count=true`);
    expect(first.headers['x-total-count']).toBe('3');
    expect(first.body.map((run: Body) => run.event_id)).toEqual(whole.slice(0, 2));
    const [, next = ''] = /<https?:\/\/[^/]+\/api\/v1\/([^>]+)>/.exec(String(first.headers['link'])) ?? [];
    expect((await world.get(next)).map((run: Body) => run.event_id)).toEqual(whole.slice(2));
    expect(await eventsOf(label.id, '?skip=1&limit=1')).toEqual(whole.slice(1, 2));
    expect(await eventsOf(label.id, '?status=success')).toEqual([]);
    expect(await eventsOf(label.id, '?status=running')).toContain(events.converted);
    expect(await eventsOf(label.id, `?device_id=${device.id}`)).toEqual(whole);
    expect(await eventsOf(label.id, `?device_id=${other.id}`)).toEqual([]);
    expect(await eventsOf(label.id, '?to=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('tells two labels of one flow apart by what the device wore', async () => {
    const { tenant, good } = world;
    const [warm, cold] = [await tenant.aLabel('warm'), await tenant.aLabel('cold')];
    const device = await tenant.aDevice({ label_ids: [warm.id] });
    await tenant.aFlow(
      [
        { id: 'warm', type: 'label', entityId: warm.id },
        { id: 'cold', type: 'label', entityId: cold.id },
        { id: 'good', type: 'integration', entityId: good.id },
      ],
      [
        ['warm', 'good'],
        ['cold', 'good'],
      ],
    );
    const { event_id } = await tenant.post(device.dev_eui);
    await world.processed();
    expect(await eventsOf(warm.id)).toEqual([event_id]);
    expect(await eventsOf(cold.id)).toEqual([]);
  });

  it('shows a run that a device node triggered as well, and none that only a device node did', async () => {
    const { tenant, good } = world;
    const label = await tenant.aLabel('both');
    const [worn, bare] = [await tenant.aDevice({ label_ids: [label.id] }), await tenant.aDevice()];
    await tenant.aFlow(
      [
        { id: 'worn', type: 'device', entityId: worn.id },
        { id: 'bare', type: 'device', entityId: bare.id },
        { id: 'label', type: 'label', entityId: label.id },
        { id: 'good', type: 'integration', entityId: good.id },
      ],
      [
        ['worn', 'good'],
        ['bare', 'good'],
        ['label', 'good'],
      ],
    );
    const { event_id } = await tenant.post(worn.dev_eui);
    await tenant.post(bare.dev_eui);
    await world.processed();
    expect(await eventsOf(label.id)).toEqual([event_id]);
  });

  it('keeps what was when the label is renamed, its node leaves the flow, and the label is deleted', async () => {
    const { tenant, good } = world;
    const label = await tenant.aLabel('first name');
    const device = await tenant.aDevice({ label_ids: [label.id] });
    const flow = await tenant.aChain(['label', label.id], ['integration', good.id]);
    const { event_id } = await tenant.post(device.dev_eui);
    await world.processed();
    expect((await rename(label.id, 'second name')).status).toBe(200);
    expect(await eventsOf(label.id)).toEqual([event_id]);
    const { token } = tenant;
    const emptied = await world.app.http('PUT', `/api/v1/flows/${flow.id}`, { token, body: { nodes: [], edges: [] } });
    expect(emptied.status).toBe(200);
    expect((await world.app.http('DELETE', `/api/v1/labels/${label.id}`, { token })).status).toBe(204);
    expect(await eventsOf(label.id)).toEqual([event_id]);
  });

  it('is empty for a label that no flow knows, and nothing for a stranger', async () => {
    const idle = await world.tenant.aLabel('idle');
    expect(await world.get(`labels/${idle.id}/history`)).toEqual([]);
    for (const [id, token] of [
      [world.label.id, stranger.token],
      [randomUUID(), world.tenant.token],
    ] as const) {
      const refused = await world.ask(`labels/${id}/history`, token);
      expect(refused).toMatchObject({ status: 404, body: { code: 'label.not_found' } });
    }
    expect((await world.app.http('GET', `/api/v1/labels/${world.label.id}/history`)).status).toBe(401);
  });

  it.each(['status=odd', 'device_id=x', 'cursor=abc', 'label_id=1'])('refuses ?%s', async (query) => {
    expect((await world.ask(`labels/${world.label.id}/history?${query}`)).status).toBe(400);
  });
});
