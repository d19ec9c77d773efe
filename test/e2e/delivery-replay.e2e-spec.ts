import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccountingService } from '../../src/modules/runs/deliveries/accounting/accounting.service.js';
import { ReplayedDeliveriesRepository } from '../../src/modules/runs/replay/replayed-deliveries.repository.js';
import type { Body } from '../support/app.js';
import { DeliveryWorld, type Route } from '../support/delivery-world.js';
import { eventually } from '../support/eventually.js';
import { answer, type Answer } from '../support/http-sink.js';

let world: DeliveryWorld;
const answers = new Map<string, Answer>();
const tomorrow = (): number => Date.now() + 86_400_000;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  world.sink.answerAlways((request, response) => {
    (answers.get(request.url) ?? answer(200))(request, response);
  });
});
afterEach(async () => {
  expect(await world.app.app.get(AccountingService, { strict: false }).take(0, tomorrow())).toMatchObject({
    faults: 0,
  });
});
afterAll(() => world.close());

const runOf = async ({ flow }: Route, status: string): Promise<Body> =>
  eventually(async () => {
    const [run] = await world.tenant.get(`/api/v1/flows/${flow.id}/history?limit=1`);
    return run?.status === status ? world.tenant.get(`/api/v1/flows/${flow.id}/history/${String(run.id)}`) : undefined;
  }, `a run of status ${status}`);
const countersOf = async (runId: string): Promise<Body> => {
  const [row] = await world.app.database.query<Body>(
    'SELECT pending, succeeded, failed, errors FROM flow_runs WHERE id = $1',
    [runId],
  );
  return row;
};
const gate = (route: Route, verb: 'pause' | 'resume') =>
  world.ask('POST', `integrations/${route.integration.id}/${verb}`);
const idsAt = (path: string): unknown[] =>
  world.sink.requests.filter(({ url }) => url === path).map(({ headers }) => headers['webhook-id']);
const ended = (route: Route, status: string, count = 1): Promise<void> =>
  world.until(
    `${count} ${status} deliveries`,
    'SELECT count(*) = $3 AS holds FROM deliveries WHERE destination_id = $1 AND status = $2',
    [route.integration.id, status, count],
  );

describe('POST /deliveries/{id}/replay', () => {
  it('lets a failed one wait again with its attempts; its run runs again, and both end well', async () => {
    const route = await world.aRoute('/mended');
    answers.set('/mended', answer(400, 'no such thing'));
    await world.send(route);
    const { id: runId } = await runOf(route, 'error');
    const [failed] = await world.deliveriesOf(route);
    await gate(route, 'pause');
    answers.delete('/mended');

    const replayed = await world.ask('POST', `deliveries/${failed.id}/replay`);
    expect(replayed.status).toBe(202);
    expect(replayed.body).toMatchObject({
      id: failed.id,
      status: 'waiting',
      held_by: 'paused',
      input_data: failed.input_data,
    });
    expect(replayed.body.attempts).toEqual(failed.attempts);
    expect(await runOf(route, 'running')).toMatchObject({ id: runId, end_time: null, error_details: [] });
    expect(await countersOf(runId)).toEqual({ pending: 1, succeeded: 0, failed: 0, errors: null });

    await gate(route, 'resume');
    expect(await runOf(route, 'success')).toMatchObject({ id: runId, error_details: [] });
    const delivered = await world.tenant.get(`/api/v1/deliveries/${failed.id}`);
    expect(delivered.attempts.map((attempt: Body) => attempt.response_status)).toEqual([400, 200]);
    expect(idsAt('/mended')).toEqual([failed.id, failed.id]);
    const [first, second] = world.sink.requests.filter(({ url }) => url === '/mended');
    expect(second?.body).toBe(first?.body);
  });

  it('sends a delivered one again, and counts its run’s path once', async () => {
    const fn = await world.tenant.aFunction('function process(m) { return { n: m.f_cnt }; }');
    const route = await world.aRoute('/again', {}, [['function', fn.id]]);
    await world.send(route);
    const { id: runId } = await runOf(route, 'success');
    const [delivery] = await world.deliveriesOf(route);
    await world.ask('POST', `deliveries/${delivery.id}/replay`);
    await world.until(
      'a second request',
      'SELECT jsonb_array_length(attempts) = 2 AS holds FROM deliveries WHERE id = $1',
      [delivery.id],
    );
    expect(await countersOf(runId)).toEqual({ pending: 0, succeeded: 1, failed: 0, errors: null });
    expect(idsAt('/again')).toEqual([delivery.id, delivery.id]);
    expect(world.sink.requests.filter(({ url }) => url === '/again').map(({ body }) => body)).toEqual([
      '{"n":0}',
      '{"n":0}',
    ]);
  });

  it('goes on behind one that had failed, and not a second time behind one that was delivered', async () => {
    const last = await world.tenant.anIntegration('http', { url: `${world.sink.url}/behind` });
    const route = await world.aRoute('/before', {}, [], [['integration', last.id]]);
    answers.set('/before', answer(404));
    await world.send(route);
    const { id: runId } = await runOf(route, 'error');
    const [delivery] = await world.deliveriesOf(route);
    answers.delete('/before');
    await world.ask('POST', `deliveries/${delivery.id}/replay`);
    await runOf(route, 'success');
    expect([world.requestsTo('/before'), world.requestsTo('/behind')]).toEqual([2, 1]);

    answers.set('/before', answer(404));
    await world.ask('POST', `deliveries/${delivery.id}/replay`);
    expect((await runOf(route, 'partial_success')).error_details).toHaveLength(1);
    expect(await countersOf(runId)).toMatchObject({ pending: 0, succeeded: 1, failed: 1 });
    answers.delete('/before');
    await world.ask('POST', `deliveries/${delivery.id}/replay`);
    await runOf(route, 'success');
    expect(await countersOf(runId)).toEqual({ pending: 0, succeeded: 1, failed: 0, errors: null });
    expect([world.requestsTo('/before'), world.requestsTo('/behind')]).toEqual([4, 1]);
  });

  it('begins the schedule anew', async () => {
    const route = await world.aRoute('/patient', { schedule_ms: [0, 10, 10] });
    answers.set('/patient', answer(503));
    await world.send(route);
    await ended(route, 'failed');
    const [delivery] = await world.deliveriesOf(route);
    await world.ask('POST', `deliveries/${delivery.id}/replay`);
    await world.until(
      'six attempts',
      'SELECT jsonb_array_length(attempts) = 6 AS holds FROM deliveries WHERE id = $1',
      [delivery.id],
    );
    expect(world.requestsTo('/patient')).toBe(6);
  });

  it('is done once, however many ask at the same time', async () => {
    const route = await world.aRoute('/once');
    answers.set('/once', answer(400));
    await world.send(route);
    await ended(route, 'failed');
    await gate(route, 'pause');
    const [delivery] = await world.deliveriesOf(route);
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => world.ask('POST', `deliveries/${delivery.id}/replay`)),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 7 }, () => 409)]);
  });

  it('refuses what waits, what is not there, what is nobody’s any more and what is past retention', async () => {
    const route = await world.aRoute('/refused', { schedule_ms: [0, 3_600_000] });
    answers.set('/refused', answer(503));
    await world.send(route);
    await world.processed();
    const [waiting] = await world.deliveriesOf(route);
    const replay = async (id: string): Promise<unknown[]> => {
      const { status, body } = await world.ask('POST', `deliveries/${id}/replay`);
      return [status, body.code];
    };
    expect(await replay(waiting.id)).toEqual([409, 'delivery.still_waiting']);
    expect(await replay(randomUUID())).toEqual([404, 'delivery.not_found']);

    answers.set('/refused', answer(400));
    await world.send(route);
    await ended(route, 'failed');
    const [failed] = await world.deliveriesOf(route);
    await world.app.database.query('DELETE FROM device_events WHERE device_id = $1', [route.device.id]);
    expect(await replay(failed.id)).toEqual([409, 'delivery.message_expired']);
    expect((await world.tenant.get(`/api/v1/deliveries/${failed.id}`)).status).toBe('failed');
    await world.ask('DELETE', `flows/${route.flow.id}`);
    await world.ask('DELETE', `integrations/${route.integration.id}`);
    expect(await replay(failed.id)).toEqual([409, 'delivery.destination_deleted']);
  });
});

describe('GET /deliveries', () => {
  it('lists by status, integration and flow, and pages', async () => {
    const route = await world.aRoute('/listed');
    await world.send(route, 2);
    await ended(route, 'delivered', 2);
    answers.set('/listed', answer(400));
    await world.send(route);
    await ended(route, 'failed');
    const list = (query: string): Promise<Body[]> => world.tenant.get(`/api/v1/deliveries?${query}`);
    const all = await list(`integration_id=${route.integration.id}`);
    expect(all.map(({ status }) => status)).toEqual(['failed', 'delivered', 'delivered']);
    expect(await list(`flow_id=${route.flow.id}&status=delivered`)).toEqual(all.slice(1));
    expect(await list(`integration_id=${route.integration.id}&limit=1&skip=1`)).toEqual(all.slice(1, 2));
    expect(await world.tenant.get(`/api/v1/deliveries/${all[0].id}`)).toEqual(all[0]);
    const unknown = await world.ask('GET', `deliveries/${randomUUID()}`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'delivery.not_found']);
  });
});

describe('POST /integrations/{id}/replay', () => {
  const finished = (id: string): Promise<Body> =>
    eventually(async () => {
      const replay = await world.tenant.get(`/api/v1/replays/${id}`);
      return replay.state === 'running' ? undefined : replay;
    }, 'a replay that has ended');
  const replayOf = (route: Route, body: object) =>
    world.ask('POST', `integrations/${route.integration.id}/replay`, body);

  it('makes all that failed again, in batches, with the same ids', async () => {
    const route = await world.aRoute('/batch');
    answers.set('/batch', answer(400));
    await world.send(route, 230);
    await ended(route, 'failed', 230);
    answers.delete('/batch');
    await world.send(route, 3);
    await ended(route, 'delivered', 3);
    const ids = new Set(idsAt('/batch'));

    const begun = await replayOf(route, { failed: true });
    expect(begun.status).toBe(202);
    expect(begun.body).toMatchObject({ statuses: ['failed'], total: 230, from: null, skipped: 0 });
    const replay = await finished(begun.body.id);
    expect(replay).toMatchObject({
      state: 'finished',
      total: 230,
      done: 230,
      skipped: 0,
      finished_at: expect.any(String),
    });
    await ended(route, 'delivered', 233);
    expect(world.requestsTo('/batch')).toBe(233 + 230);
    expect(new Set(idsAt('/batch'))).toEqual(ids);
    expect((await world.integration(route)).deliveries).toMatchObject({ waiting: 0, failed: 0 });
    expect(await world.tenant.get(`/api/v1/replays?integration_id=${route.integration.id}`)).toEqual([replay]);
  });

  it('makes those of a time again, of one status or of both', async () => {
    const route = await world.aRoute('/ranged');
    const sendOne = async (status: 'delivered' | 'failed', answered: number): Promise<Body> => {
      answers.set('/ranged', answer(answered));
      await world.send(route);
      await world.processed();
      const [delivery] = await world.deliveriesOf(route);
      expect(delivery.status).toBe(status);
      return delivery;
    };
    await sendOne('failed', 400);
    const delivered = await sendOne('delivered', 200);
    const failed = await sendOne('failed', 400);
    const last = await sendOne('delivered', 200);
    answers.delete('/ranged');
    // An id carries the moment in which its message was received.
    const at = ({ id }: Body): string =>
      new Date(Number.parseInt(String(id).replace('-', '').slice(0, 12), 16)).toISOString();
    const range = { from: at(delivered), to: at(last) };

    const onlyFailed = await replayOf(route, { ...range, status: 'failed' });
    expect(await finished(onlyFailed.body.id)).toMatchObject({ ...range, statuses: ['failed'], total: 1, done: 1 });
    await ended(route, 'delivered', 3);
    const both = await replayOf(route, range);
    expect(await finished(both.body.id)).toMatchObject({ total: 2, done: 2 });
    await world.until(
      'all sent again',
      'SELECT NOT EXISTS (SELECT FROM waiting_deliveries WHERE destination_id = $1) AS holds',
      [route.integration.id],
    );
    const sent = (id: unknown): number => idsAt('/ranged').filter((one) => one === id).length;
    expect([sent(delivered.id), sent(failed.id), sent(last.id)]).toEqual([2, 3, 1]);
  });

  it('stops where it is when it is cancelled', async () => {
    const route = await world.aRoute('/cancelled');
    answers.set('/cancelled', answer(400));
    await world.send(route, 3);
    await ended(route, 'failed', 3);
    // Nothing of this tenant's events is worked off meanwhile.
    const events = (paused: boolean) =>
      world.app.database.query('UPDATE lanes SET paused = $2 WHERE id = $1', [world.tenant.tenantId, paused]);
    await events(true);
    const { body: begun } = await replayOf(route, { failed: true });
    expect(begun).toMatchObject({ state: 'running', total: 3, done: 0 });
    for (const _ of [1, 2]) {
      const { status, body } = await world.ask('POST', `replays/${begun.id}/cancel`);
      expect([status, body.state, body.done]).toEqual([200, 'cancelled', 0]);
    }
    await events(false);
    await world.processed();
    await ended(route, 'failed', 3);
    expect(await world.tenant.get(`/api/v1/replays/${begun.id}`)).toMatchObject({ state: 'cancelled', done: 0 });
  });

  it('moves nothing for a worker that has lost its lease', async () => {
    const route = await world.aRoute('/stale');
    answers.set('/stale', answer(400));
    await world.send(route);
    await ended(route, 'failed');
    const [delivery] = await world.deliveriesOf(route);
    const job = {
      id: randomUUID(),
      tenantId: world.tenant.tenantId,
      laneId: world.tenant.tenantId,
      kind: 'replay-deliveries',
      payload: null,
    };
    const moved = await world.app.app
      .get(ReplayedDeliveriesRepository, { strict: false })
      .replayBatch(
        { ...job, leaseToken: randomUUID() },
        [{ id: delivery.id, payload: Buffer.from('x') }],
        delivery.id,
        true,
      );
    expect(moved).toBe(0);
    await ended(route, 'failed');
  });

  it('leaves alone what is past retention, and says how much that was', async () => {
    const route = await world.aRoute('/expired');
    answers.set('/expired', answer(400));
    await world.send(route, 2);
    await ended(route, 'failed', 2);
    await world.app.database.query(
      'DELETE FROM device_events WHERE id = (SELECT min(id::text)::uuid FROM device_events WHERE device_id = $1 AND event = $$up$$)',
      [route.device.id],
    );
    answers.delete('/expired');
    const { body } = await replayOf(route, { failed: true });
    expect(await finished(body.id)).toMatchObject({ total: 2, done: 1, skipped: 1 });
  });

  it('asks what is to be made again, and finds nobody else’s integration', async () => {
    const route = await world.aRoute('/asked');
    for (const [body, path] of [
      [{}, 'failed'],
      [{ to: '2026-11-20T12:00:00Z' }, 'failed'],
      [{ failed: true, status: 'delivered' }, 'status'],
      [{ from: 'yesterday' }, 'from'],
    ] as const) {
      const refused = await replayOf(route, body);
      expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, path]);
    }
    const nobodys = await world.ask('POST', `integrations/${randomUUID()}/replay`, { failed: true });
    expect([nobodys.status, nobodys.body.code]).toEqual([404, 'integration.not_found']);
    const unknown = await world.ask('GET', `replays/${randomUUID()}`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'replay.not_found']);
  });
});
