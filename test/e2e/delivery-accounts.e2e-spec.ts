import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { dayMs, oldestKeptDay } from '../../src/core/database/partitions/partition-days.rules.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { AccountingService } from '../../src/modules/runs/deliveries/accounting/accounting.service.js';
import { eventually } from '../support/eventually.js';
import { startTestApp, type Body } from '../support/app.js';
import { DeliveryWorld, type Route } from '../support/delivery-world.js';
import { FakeClock } from '../support/fake-clock.js';
import { answer, neverAnswer, type Answer } from '../support/http-sink.js';

const clock = new FakeClock();
let world: DeliveryWorld;
const answers = new Map<string, Answer>();

beforeAll(async () => {
  world = await DeliveryWorld.create({ clock });
  world.sink.answerAlways((request, response) => {
    (answers.get(request.url) ?? answer(200))(request, response);
  });
});
afterAll(() => world.close());

const books = () => world.app.app.get(AccountingService, { strict: false });
const pause = (route: Route) => world.ask('POST', `integrations/${route.integration.id}/pause`);
const waiting = (route: Route, count: number): Promise<void> =>
  world.until(
    `${count} waiting deliveries`,
    'SELECT count(*) = $2 AS holds FROM waiting_deliveries WHERE destination_id = $1',
    [route.integration.id, count],
  );
const metricsOf = async (app: DeliveryWorld['app']): Promise<string[]> => {
  // What one scrape has read is not read again within the second.
  clock.advance(2_000);
  const { body } = await app.http('GET', '/metrics');
  return String(body)
    .split('\n')
    .filter((line) => line.startsWith('fieldline_deliveries'));
};
const accounts = async (): Promise<Record<string, number>> => ({
  ...(await books().take(0, Date.now() + dayMs)),
  ...(await books().waiting()),
});
/** Metrics speak of the last ten minutes; a neighbour here moves deliveries into a far past. */
const accountsOfTheMetrics = async (): Promise<Record<string, number>> => ({
  ...(await books().take(clock.nowMs() - 600_000, clock.nowMs() + 600_000)),
  ...(await books().waiting()),
});
/** What has come to the books since. */
const since = async (before: Record<string, number>): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries(await accounts()).map(([name, count]) => [name, count - (before[name] ?? 0)]));

describe('the books of deliveries', () => {
  it('balance: made is delivered and failed and waiting, and what waits is known by what holds it', async () => {
    const before = await accounts();
    const [good, bad, late, paused, blocked, disabled, hanging] = [
      await world.aRoute('/good'),
      await world.aRoute('/bad'),
      await world.aRoute('/late', { schedule_ms: [0, 3_600_000] }),
      await world.aRoute('/paused'),
      await world.aRoute('/blocked'),
      await world.aRoute('/disabled'),
      await world.aRoute('/hanging', { timeout_ms: 30_000 }),
    ];
    answers.set('/bad', answer(400)).set('/late', answer(503)).set('/hanging', neverAnswer);
    await pause(paused);
    await world.ask('PUT', `integrations/${disabled.integration.id}`, { enabled: false });
    await world.app.database.query(
      `UPDATE lanes SET blocked_reason = 'breaker', blocked_until = now() + interval '1 hour' WHERE id = $1`,
      [blocked.integration.id],
    );
    for (const [route, count] of [
      [good, 7],
      [bad, 6],
      [late, 5],
      [paused, 4],
      [blocked, 3],
      [disabled, 2],
      [hanging, 1],
    ] as const)
      await world.send(route, count);
    await world.processed();
    expect(await since(before)).toEqual({
      ...{ made: 28, delivered: 7, failed: 6, waiting: 15 },
      ...{ pending: 15, continuations: 0, faults: 0 },
      ...{ in_flight: 1, disabled: 2, paused: 4, blocked: 3, scheduled: 5 },
    });

    const now = await accountsOfTheMetrics();
    const shown = await metricsOf(world.app);
    for (const state of ['made', 'delivered', 'failed', 'waiting'])
      expect(shown).toContain(`fieldline_deliveries_accounted{state="${state}"} ${String(now[state])}`);
    for (const held of ['in_flight', 'disabled', 'paused', 'blocked', 'scheduled'])
      expect(shown).toContain(`fieldline_deliveries_waiting{held_by="${held}"} ${String(now[held])}`);
    expect(shown).toContain('fieldline_deliveries_unaccounted 0');
  });

  it('are shown by one process alone', async () => {
    const second = await startTestApp({ database: world.app.database });
    try {
      expect(await metricsOf(world.app)).toHaveLength(4 + 1 + 5);
      expect(await metricsOf(second)).toEqual(['fieldline_deliveries_unaccounted 0']);
    } finally {
      await second.close();
    }
  });

  it('notice a delivery that is in two states, one that no job leads to, and one that is lost', async () => {
    const route = await world.aRoute('/cooked');
    await pause(route);
    await world.send(route);
    await waiting(route, 1);
    const faults = async (): Promise<number> => (await books().take(0, Date.now() + dayMs)).faults;
    expect(await faults()).toBe(0);
    const [{ id } = { id: '' }] = await world.app.database.query<{ id: string }>(
      'SELECT id FROM waiting_deliveries WHERE destination_id = $1',
      [route.integration.id],
    );
    await world.app.database.query(
      `INSERT INTO deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq, status, node_id, attempts)
       SELECT id, tenant_id, run_id, flow_id, destination_id, created_at, now(), seq, input_seq, 'delivered', node_id, attempts
       FROM waiting_deliveries WHERE id = $1`,
      [id],
    );
    expect(await faults()).toBe(1);
    await world.app.database.query('DELETE FROM deliveries WHERE id = $1', [id]);
    await world.app.database.query('DELETE FROM jobs WHERE id = $1', [id]);
    expect(await faults()).toBe(1);
    await world.app.database.query('DELETE FROM waiting_deliveries WHERE id = $1', [id]);
    expect(await faults()).toBe(1);
    await world.app.database.query('UPDATE flow_runs SET pending = 0 WHERE flow_id = $1', [route.flow.id]);
    expect(await faults()).toBe(0);
  });
});

describe('giving up', () => {
  it('lets a waiting delivery fail without another attempt; it can be replayed', async () => {
    const route = await world.aRoute('/given-up');
    await pause(route);
    await world.send(route);
    await waiting(route, 1);
    const [delivery] = await world.deliveriesOf(route);
    const given = await world.ask('POST', `deliveries/${delivery.id}/give-up`);
    expect([given.status, given.body.status, given.body.code, given.body.attempts]).toEqual([
      200,
      'failed',
      'given_up',
      [],
    ]);
    const [run] = await world.tenant.get(`/api/v1/flows/${route.flow.id}/history`);
    expect(run).toMatchObject({ status: 'error', error_details: [{ error: 'given up on request' }] });
    const [counted] = await world.app.database.query('SELECT pending, succeeded, failed FROM flow_runs WHERE id = $1', [
      run.id,
    ]);
    expect(counted).toEqual({ pending: 0, succeeded: 0, failed: 1 });
    const again = await world.ask('POST', `deliveries/${delivery.id}/give-up`);
    expect([again.status, again.body.code]).toEqual([409, 'delivery.not_waiting']);

    await world.ask('POST', `deliveries/${delivery.id}/replay`);
    await world.ask('POST', `integrations/${route.integration.id}/resume`);
    await waiting(route, 0);
    expect((await world.tenant.get(`/api/v1/deliveries/${delivery.id}`)).status).toBe('delivered');
  });

  it('does that for all of an integration, but not for what is under way', async () => {
    const route = await world.aRoute('/all-given-up', { timeout_ms: 30_000, max_in_flight: 1 });
    let release: (() => void) | undefined;
    answers.set('/all-given-up', (_, response) => {
      release = () => void response.writeHead(200).end();
    });
    await world.send(route, 5);
    await waiting(route, 5);
    await eventually(() => Promise.resolve(release), 'one that is under way');
    const given = await world.ask('POST', `integrations/${route.integration.id}/give-up`);
    expect([given.status, given.body]).toEqual([200, { given_up: 4 }]);
    answers.delete('/all-given-up');
    release?.();
    await waiting(route, 0);
    const statuses = (await world.deliveriesOf(route)).map(({ status }) => status).sort();
    expect(statuses).toEqual(['delivered', 'failed', 'failed', 'failed', 'failed']);
    const nobodys = await world.ask('POST', `integrations/${randomUUID()}/give-up`);
    expect([nobodys.status, nobodys.body.code]).toEqual([404, 'integration.not_found']);
  });
});

describe('what waits for longer than it is kept', () => {
  it('fails visibly a day before its run is dropped, and what is younger waits on', async () => {
    const route = await world.aRoute('/kept-too-long');
    await pause(route);
    await world.send(route, 2);
    await waiting(route, 2);
    const old = await moveToThePast(route, oldestKeptDay(Date.now(), 30) + dayMs / 2);
    await world.app.app.get(Maintenance, { strict: false }).runNow('partitions');
    await waiting(route, 1);
    const found: Body = await world.tenant.get(`/api/v1/deliveries/${old}`);
    expect(found).toMatchObject({ status: 'failed', code: 'expired', attempts: [] });
    const [run] = await world.app.database.query<Body>('SELECT * FROM flow_runs WHERE id = $1', [found.flow_run_id]);
    expect(run).toMatchObject({ status: 'error', pending: 0, failed: 1 });
    expect(await books().take(0, Date.now() + dayMs)).toMatchObject({ faults: 0 });
  });

  /** As if the older of the route's two deliveries, and its run, were of that time. */
  async function moveToThePast(route: Route, thenMs: number): Promise<string> {
    const { database } = world.app;
    const [delivery] = await database.query<{ id: string; run_id: string }>(
      'SELECT id, run_id FROM waiting_deliveries WHERE destination_id = $1 ORDER BY id LIMIT 1',
      [route.integration.id],
    );
    const then = thenMs.toString(16).padStart(12, '0');
    const aged = (id: string | undefined): string => `${then.slice(0, 8)}-${then.slice(8)}${id?.slice(13) ?? ''}`;
    const [from, to] = [delivery, { id: aged(delivery?.id), run_id: aged(delivery?.run_id) }];
    await database.query('UPDATE flow_runs SET id = $2 WHERE id = $1', [from?.run_id, to.run_id]);
    await database.query('UPDATE jobs SET id = $2 WHERE id = $1', [from?.id, to.id]);
    await database.query('UPDATE waiting_deliveries SET id = $2, run_id = $3 WHERE id = $1', [
      from?.id,
      to.id,
      to.run_id,
    ]);
    return to.id;
  }
});
