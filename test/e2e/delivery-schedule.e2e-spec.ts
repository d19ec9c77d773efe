import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultScheduleMs } from '../../src/modules/runs/deliveries/retry-schedule.rules.js';
import type { Body } from '../support/app.js';
import { DeliveryWorld, type Route } from '../support/delivery-world.js';
import { answer } from '../support/http-sink.js';

let world: DeliveryWorld;

beforeAll(async () => {
  world = await DeliveryWorld.create();
});
afterEach(() => {
  world.sink.answerAlways(answer(200));
});
afterAll(() => world.close());

/** The delivery once it has had so many attempts, and in how many ms it is due. */
async function after(route: Route, attempts: number): Promise<{ id: string; dueInMs: number; delivery: Body }> {
  await world.until(
    `${attempts} attempts`,
    'SELECT jsonb_array_length(attempts) = $2 AS holds FROM waiting_deliveries WHERE destination_id = $1',
    [route.integration.id, attempts],
  );
  const [row] = await world.app.database.query<{ id: string; due: number }>(
    'SELECT id, extract(epoch FROM run_at - now())::float8 * 1000 AS due FROM jobs WHERE lane_id = $1',
    [route.integration.id],
  );
  const [delivery] = await world.deliveriesOf(route);
  return { id: row?.id ?? '', dueInMs: row?.due ?? Number.NaN, delivery };
}
/** As if that time had passed. */
async function jump(route: Route): Promise<void> {
  await world.app.database.query('UPDATE jobs SET run_at = now() WHERE lane_id = $1', [route.integration.id]);
  await world.letProbe(route);
}

describe('the schedule of a delivery', () => {
  it('holds attempt by attempt, ±20 %, over three days, and then it has failed', async () => {
    const route = await world.aRoute('/never');
    world.sink.answerAlways(answer(503));
    await world.send(route);
    for (let made = 1; made < defaultScheduleMs.length; made += 1) {
      const { dueInMs, delivery } = await after(route, made);
      const planned = defaultScheduleMs[made] ?? Number.NaN;
      // A little has passed since the attempt.
      expect(dueInMs).toBeGreaterThan(planned * 0.8 - 5_000);
      expect(dueInMs).toBeLessThanOrEqual(planned * 1.2);
      expect(Date.parse(delivery.next_attempt_at) - Date.now()).toBeGreaterThan(planned * 0.8 - 5_000);
      await jump(route);
    }
    await world.until(
      'its end',
      `SELECT count(*) = 1 AS holds FROM deliveries WHERE destination_id = $1 AND status = 'failed'`,
      [route.integration.id],
    );
    expect((await world.deliveriesOf(route))[0]).toMatchObject({ code: 'http.status_503', attempts: { length: 11 } });
    expect(world.requestsTo('/never')).toBe(11);
  });

  it('waits as long as a Retry-After asks, but no longer than a day', async () => {
    const route = await world.aRoute('/later', { schedule_ms: [0, 1_000, 1_000] });
    world.sink.answerAlways(answer(429, '', { 'retry-after': '3600' }));
    await world.send(route);
    const { dueInMs } = await after(route, 1);
    expect(dueInMs).toBeGreaterThan(3_590_000);
    expect(dueInMs).toBeLessThanOrEqual(3_600_000);
    world.sink.answerAlways(answer(503, '', { 'retry-after': '999999' }));
    await jump(route);
    const next = await after(route, 2);
    expect(next.dueInMs).toBeGreaterThan(86_390_000);
    expect(next.dueInMs).toBeLessThanOrEqual(86_400_000);
  });
});
