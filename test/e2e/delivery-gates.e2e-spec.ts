import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Changes } from '../../src/core/changes/changes.js';
import { EventBus } from '../../src/core/events/event-bus.js';
import { LaneStates } from '../../src/core/queue/lane-states.js';
import { DestinationDisabled } from '../../src/modules/runs/events/destination-disabled.event.js';
import { startTestApp, type Body } from '../support/app.js';
import { DeliveryWorld, type Route } from '../support/delivery-world.js';
import { eventually } from '../support/eventually.js';
import { answer, type Answer } from '../support/http-sink.js';

let world: DeliveryWorld;
const answers = new Map<string, Answer>();

beforeAll(async () => {
  world = await DeliveryWorld.create();
  world.sink.answerAlways((request, response) => {
    (answers.get(request.url) ?? answer(200))(request, response);
  });
});
afterAll(() => world.close());

const waitingOf = ({ integration }: Route) => [
  `SELECT count(*) = $2 AS holds FROM waiting_deliveries WHERE destination_id = $1`,
  integration.id,
];
const wait = async (route: Route, count: number): Promise<void> => {
  const [sql = '', id] = waitingOf(route);
  await world.until(`${count} waiting deliveries`, sql, [id, count]);
};

describe('pause and resume', () => {
  it('let deliveries wait without an attempt, and go again', async () => {
    const route = await world.aRoute('/paused');
    const paused = await world.ask('POST', `integrations/${route.integration.id}/pause`);
    expect([paused.status, paused.body.health, paused.body.enabled]).toEqual([200, 'paused', true]);
    await world.send(route, 3);
    await wait(route, 3);
    expect(await world.integration(route)).toMatchObject({
      health: 'paused',
      deliveries: { waiting: 3, failed: 0, next_attempt_at: null },
    });
    for (const delivery of await world.deliveriesOf(route)) {
      expect(delivery).toMatchObject({ status: 'waiting', held_by: 'paused', attempts: [] });
      expect(delivery).not.toHaveProperty('next_attempt_at');
    }
    expect(world.requestsTo('/paused')).toBe(0);

    const resumed = await world.ask('POST', `integrations/${route.integration.id}/resume`);
    expect([resumed.status, resumed.body.health]).toEqual([200, 'ok']);
    await wait(route, 0);
    expect((await world.deliveriesOf(route)).map(({ status, attempts }) => [status, attempts.length])).toEqual(
      Array.from({ length: 3 }, () => ['delivered', 1]),
    );
    expect(world.requestsTo('/paused')).toBe(3);
  });

  it('change nothing the second time, and go with what GET gave', async () => {
    const route = await world.aRoute('/twice');
    const url = `integrations/${route.integration.id}`;
    for (const verb of ['pause', 'pause', 'resume', 'resume']) {
      expect((await world.ask('POST', `${url}/${verb}`)).body.health).toBe(verb === 'pause' ? 'paused' : 'ok');
    }
    await world.ask('POST', `${url}/pause`);
    const got = await world.integration(route);
    expect(got.version).toBe(1);
    expect((await world.ask('PUT', url, got)).body).toEqual(got);
    expect((await world.ask('PUT', url, { description: 'still paused' })).body.health).toBe('paused');
  });

  it('are refused for what is not there', async () => {
    const nobodys = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
    for (const verb of ['pause', 'resume']) {
      const refused = await world.ask('POST', `integrations/${nobodys}/${verb}`);
      expect([refused.status, refused.body.code]).toEqual([404, 'integration.not_found']);
    }
  });

  it('hold no delivery of an integration that was deleted while it was paused: it fails', async () => {
    const route = await world.aRoute('/deleted');
    await world.ask('POST', `integrations/${route.integration.id}/pause`);
    await world.send(route);
    await wait(route, 1);
    await world.ask('DELETE', `flows/${route.flow.id}`);
    expect((await world.ask('DELETE', `integrations/${route.integration.id}`)).status).toBe(204);
    await wait(route, 0);
    const [delivery] = await world.deliveriesOf(route);
    expect([delivery.status, delivery.code]).toEqual(['failed', 'integration.missing']);
  });
});

describe('what one process does to a lane', () => {
  it('is known to another one that has it in memory as soon as it hears of changes', async () => {
    const route = await world.aRoute('/elsewhere');
    const other = await startTestApp({ database: world.app.database, settings: { role: 'api' } });
    try {
      const seen = async () => {
        await other.app.get(Changes).read();
        return other.app.get(LaneStates).get({ id: world.tenant.tenantId }, route.integration.id);
      };
      expect(await seen()).toMatchObject({ paused: false, block: null, failingSinceMs: null });
      await world.ask('POST', `integrations/${route.integration.id}/pause`);
      expect(await seen()).toMatchObject({ paused: true });
      await world.ask('POST', `integrations/${route.integration.id}/resume`);
      answers.set('/elsewhere', answer(503));
      await world.send(route, 10);
      await world.until('a blocked lane', `SELECT blocked_reason IS NOT NULL AS holds FROM lanes WHERE id = $1`, [
        route.integration.id,
      ]);
      expect(await seen()).toMatchObject({
        paused: false,
        block: { failedProbes: 0 },
        failingSinceMs: expect.any(Number),
      });
    } finally {
      await other.close();
    }
  });
});

describe('410', () => {
  it('disables the integration and says so on the bus; deliveries wait, also one that had no attempt left', async () => {
    const disabled: DestinationDisabled[] = [];
    world.app.app.get(EventBus).on(DestinationDisabled, 'the test', (event) => void disabled.push(event));
    const route = await world.aRoute('/gone', { schedule_ms: [0] });
    answers.set('/gone', answer(410));
    await world.send(route);
    await wait(route, 1);
    await world.send(route, 2);
    await wait(route, 3);
    expect(await world.integration(route)).toMatchObject({
      enabled: false,
      health: 'disabled',
      deliveries: { waiting: 3, next_attempt_at: null, disabled_reason: 'gone' },
    });
    expect((await world.deliveriesOf(route)).map(({ held_by, attempts }) => [held_by, attempts.length])).toEqual([
      ['disabled', 0],
      ['disabled', 0],
      ['disabled', 1],
    ]);
    expect(disabled).toMatchObject([{ type: 'integration', destinationId: route.integration.id, reason: 'gone' }]);

    answers.delete('/gone');
    const enabled = await world.ask('PUT', `integrations/${route.integration.id}`, { enabled: true });
    expect(enabled.body).toMatchObject({ health: 'ok', deliveries: { disabled_reason: null } });
    await wait(route, 0);
    expect(world.requestsTo('/gone')).toBe(4);
  });
});

describe('the breaker', () => {
  const schedule_ms = [0, ...Array.from({ length: 19 }, () => 10)];

  it('leaves a destination alone after ten failures in a row: no attempt is used up, the next one is known', async () => {
    const route = await world.aRoute('/down', { schedule_ms });
    answers.set('/down', answer(503));
    await world.send(route);
    await world.until('a blocked lane', `SELECT blocked_reason = 'breaker' AS holds FROM lanes WHERE id = $1`, [
      route.integration.id,
    ]);
    await world.send(route, 5);
    await wait(route, 6);
    expect(world.requestsTo('/down')).toBe(10);
    const shown = await world.integration(route);
    expect(shown).toMatchObject({ health: 'blocked', deliveries: { waiting: 6 } });
    const { blocked_until } = await world.laneOf(route);
    expect(shown.deliveries.next_attempt_at).toBe(blocked_until.toISOString());
    const deliveries = await world.deliveriesOf(route);
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([0, 0, 0, 0, 0, 10]);
    for (const { held_by, next_attempt_at } of deliveries)
      expect([held_by, next_attempt_at]).toEqual(['breaker', blocked_until.toISOString()]);
    const inSeconds = (blocked_until.getTime() - Date.now()) / 1_000;
    expect(inSeconds).toBeGreaterThan(20);
    expect(inSeconds).toBeLessThanOrEqual(30);
  });

  it('sends one probe when the time has come, and waits twice as long when that fails too', async () => {
    const route = await world.aRoute('/probed', { schedule_ms });
    answers.set('/probed', answer(503));
    await world.send(route);
    const blockedFor = async (failedProbes: number): Promise<number> => {
      await world.until(
        `${failedProbes} failed probes`,
        `SELECT blocked_reason = 'breaker' AND failed_probes = $2 AND blocked_until > now() AS holds FROM lanes WHERE id = $1`,
        [route.integration.id, failedProbes],
      );
      const [row] = await world.app.database.query<{ seconds: number }>(
        'SELECT extract(epoch FROM blocked_until - now())::float8 AS seconds FROM lanes WHERE id = $1',
        [route.integration.id],
      );
      return row?.seconds ?? 0;
    };
    expect(await blockedFor(0)).toBeLessThanOrEqual(30);
    await world.send(route, 20);
    await wait(route, 21);
    expect(world.requestsTo('/probed')).toBe(10);
    for (const [failedProbes, seconds] of [60, 120, 240].entries()) {
      await world.letProbe(route);
      const blocked = await blockedFor(failedProbes + 1);
      expect(blocked).toBeGreaterThan(seconds - 10);
      expect(blocked).toBeLessThanOrEqual(seconds);
      expect(world.requestsTo('/probed')).toBe(11 + failedProbes);
    }

    answers.delete('/probed');
    await world.letProbe(route);
    await wait(route, 0);
    expect(await world.laneOf(route)).toMatchObject({
      blocked_reason: null,
      blocked_until: null,
      failed_probes: 0,
      failing_since: null,
    });
    expect((await world.integration(route)).health).toBe('ok');
    const statuses = new Set((await world.deliveriesOf(route)).map(({ status }) => status));
    expect([...statuses]).toEqual(['delivered']);
    // Ten failures, three failed probes, and each of the 21 once more.
    expect(world.requestsTo('/probed')).toBe(13 + 21);
  });

  it('probes again at once when the probe could not even be sent', async () => {
    const route = await world.aRoute('/{{data.temperature}}/templated', { schedule_ms: [0, 1] });
    await world.ask('POST', `integrations/${route.integration.id}/pause`);
    await world.tenant.post(route.device.dev_eui, { object: { humidity: 1 } });
    await wait(route, 1);
    await world.tenant.post(route.device.dev_eui, { object: { temperature: 1 } });
    await wait(route, 2);
    await world.app.database.query(
      `UPDATE lanes SET paused = false, blocked_until = now(), blocked_reason = 'breaker' WHERE id = $1`,
      [route.integration.id],
    );
    await wait(route, 0);
    expect((await world.deliveriesOf(route)).map(({ status, code }) => [status, code])).toEqual([
      ['delivered', null],
      ['failed', 'template.missing_value'],
    ]);
  });

  it('opens for a destination that refuses a probe: it is there', async () => {
    const route = await world.aRoute('/refusing', { schedule_ms });
    await world.ask('POST', `integrations/${route.integration.id}/pause`);
    await world.send(route, 2);
    await wait(route, 2);
    answers.set('/refusing', answer(404));
    await world.app.database.query(
      `UPDATE lanes SET paused = false, blocked_until = now(), blocked_reason = 'breaker' WHERE id = $1`,
      [route.integration.id],
    );
    await wait(route, 0);
    expect(await world.integration(route)).toMatchObject({ health: 'failing', deliveries: { failed: 2 } });
  });

  it('is forgotten by a person who resumes or edits', async () => {
    const route = await world.aRoute('/mended', { schedule_ms });
    const block = () =>
      world.app.database.query(
        `UPDATE lanes SET blocked_until = now() + interval '1 hour', blocked_reason = 'breaker', failing_since = now() WHERE id = $1`,
        [route.integration.id],
      );
    const url = `integrations/${route.integration.id}`;
    await block();
    expect((await world.integration(route)).health).toBe('blocked');
    expect((await world.ask('POST', `${url}/resume`)).body.health).toBe('ok');
    await block();
    const edited = await world.ask('PATCH', url, { config: { timeout_ms: 2_000 } });
    expect(edited.body).toMatchObject({ health: 'ok', deliveries: { failing_since: null } });
  });
});

describe('a destination that only fails', () => {
  it('is failing with the first failure and well with the next success', async () => {
    const route = await world.aRoute('/moody', { schedule_ms: [0, 3_600_000] });
    answers.set('/moody', answer(500));
    await world.send(route);
    await wait(route, 1);
    const failing: Body = await world.integration(route);
    expect([failing.health, failing.deliveries.failing_since]).toEqual(['failing', expect.stringMatching(/Z$/)]);
    answers.delete('/moody');
    await world.send(route);
    await eventually(
      async () => ((await world.integration(route)).health === 'ok' ? true : undefined),
      'an integration that is well again',
    );
  });

  it('is disabled after 120 hours, also one whose answers are refusals, and not an hour sooner', async () => {
    const disabled: string[] = [];
    world.app.app.get(EventBus).on(DestinationDisabled, 'the test', ({ destinationId, reason }) => {
      disabled.push(`${destinationId} ${reason}`);
    });
    const route = await world.aRoute('/dead', { schedule_ms: [0] });
    answers.set('/dead', answer(401));
    const failingFor = async (hours: number): Promise<void> => {
      await world.app.database.query(
        `WITH lane AS (UPDATE lanes SET failing_since = now() - $2 * interval '1 hour' WHERE id = $1 RETURNING tenant_id)
         INSERT INTO changes (tenant_id, kind, entity_id) SELECT tenant_id, 'lane', $1 FROM lane`,
        [route.integration.id, hours],
      );
      await world.hearChanges();
      await world.send(route);
      await world.processed();
    };
    await failingFor(119);
    expect((await world.integration(route)).enabled).toBe(true);
    await failingFor(121);
    expect(await world.integration(route)).toMatchObject({
      enabled: false,
      deliveries: { failed: 2, disabled_reason: 'failing' },
    });
    expect(disabled).toEqual([`${route.integration.id} failing`]);
    const metrics = String((await world.app.http('GET', '/metrics')).body);
    expect(metrics).toContain('fieldline_destinations_disabled_total{type="integration",reason="failing"} 1');
    await world.send(route);
    await wait(route, 1);
  });
});
