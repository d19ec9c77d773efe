import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { HistoryWorld } from '../support/history-world.js';

describe('GET /dashboard/stats', () => {
  let world: HistoryWorld;
  beforeAll(async () => {
    world = await HistoryWorld.create();
  });
  afterAll(() => world.close());

  it('counts what there is by status, and what became of today’s messages', async () => {
    const { tenant, app, good } = world;
    const { token } = tenant;
    const retired = await tenant.aDevice();
    await tenant.aDevice({ status: 'maintenance' });
    await app.http('DELETE', `/api/v1/devices/${retired.id}`, { token });
    const spare = await tenant.anIntegration('http', { url: 'https://example.com/hook' });
    await app.http('PATCH', `/api/v1/integrations/${spare.id}`, { token, body: { enabled: false } });
    await app.http('POST', '/api/v1/flows', { token, body: { name: 'not yet', enabled: false } });
    await app.database.query(`UPDATE functions SET quarantined_until = now() + interval '1 hour' WHERE id = $1`, [
      (await tenant.aFunction('function process(m) { return m; }')).id,
    ]);
    const delivered = await world.get(`integrations/${good.id}/history`);

    const stats = await eventually(async () => {
      const found = await world.get('dashboard/stats');
      return found.deliveries.waiting === 3 ? found : undefined;
    }, 'what the flaky one refused waits');
    const events = await world.get('devices/history?limit=1000');
    expect(stats).toEqual({
      devices: { total: 3, never_seen: 0, online: 2, offline: 0, maintenance: 1 },
      flows: { total: 2, active: 1, inactive: 1 },
      functions: { total: 2, active: 1, quarantined: 1 },
      integrations: {
        ...{ total: 3, active: 2, inactive: 1 },
        health: { ok: expect.any(Number), failing: expect.any(Number), blocked: 0, paused: 0, disabled: 1 },
      },
      deliveries: { waiting: 3, delivered_today: delivered.length, failed_today: 0 },
      events_today: events.length,
      today: expect.stringMatching(/T00:00:00.000Z$/),
      capped: [],
    });
    const { ok, failing } = stats.integrations.health as Record<'ok' | 'failing', number>;
    expect(ok + failing).toBe(2);
  });

  it('is empty for a stranger, and closed to nobody', async () => {
    const { token } = await world.app.signUp();
    const { body } = await world.ask('dashboard/stats', token);
    expect(body).toMatchObject({ devices: { total: 0 }, flows: { total: 0 }, functions: { total: 0 } });
    expect([body.events_today, body.deliveries.waiting]).toEqual([0, 0]);
    expect((await world.app.http('GET', '/api/v1/dashboard/stats')).status).toBe(401);
  });
});
