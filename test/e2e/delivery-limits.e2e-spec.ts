import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { DeliveryWorld, type Route } from '../support/delivery-world.js';
import { FakeClock } from '../support/fake-clock.js';
import { answer } from '../support/http-sink.js';

const clock = new FakeClock();
let world: DeliveryWorld;
/** Requests that the sink has taken and not answered. */
let held: ServerResponse[] = [];
let most = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create({ clock });
});
afterEach(() => {
  world.sink.answerAlways(answer(200));
  world.sink.clear();
  held = [];
  most = 0;
});
afterAll(() => world.close());

const hold = (): void => {
  world.sink.answerAlways((_, response) => {
    held.push(response);
    most = Math.max(most, held.length);
  });
};
const answerOne = (): void => void held.shift()?.writeHead(200).end();
const waiting = async ({ integration }: Route, count: number): Promise<void> =>
  world.until(
    `${count} waiting deliveries`,
    'SELECT count(*) = $2 AS holds FROM waiting_deliveries WHERE destination_id = $1',
    [integration.id, count],
  );
/** All at once. */
const sendAtOnce = (route: Route, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, fCnt) => world.tenant.post(route.device.dev_eui, { fCnt })));
const untried = async (route: Route): Promise<number> =>
  (await world.deliveriesOf(route)).filter(({ status, attempts }) => status === 'waiting' && attempts.length === 0)
    .length;
/** The worker has counted the living since this was called. */
const heartbeat = async (): Promise<void> => {
  const ours = `FROM workers WHERE host <> 'elsewhere'`;
  const [before] = await world.app.database.query<{ lease_until: string }>(`SELECT lease_until::text ${ours}`);
  await world.until('the next heartbeat', `SELECT lease_until > $1 AS holds ${ours}`, [before?.lease_until]);
};

describe('a limit of requests at once', () => {
  it('holds for first attempts and for those that waited, and what is beyond waits without an attempt', async () => {
    const route = await world.aRoute('/narrow', { max_in_flight: 3, timeout_ms: 30_000 });
    hold();
    await sendAtOnce(route, 12);
    await waiting(route, 12);
    await world.sink.received(3);
    expect(await untried(route)).toBe(12);
    for (let answered = 1; answered <= 12; answered += 1) {
      await world.sink.received(Math.min(12, answered + 2));
      answerOne();
      await waiting(route, 12 - answered);
    }
    expect([most, world.requestsTo('/narrow')]).toEqual([3, 12]);
    expect((await world.deliveriesOf(route)).map(({ attempts }) => attempts.length)).toEqual(
      Array.from({ length: 12 }, () => 1),
    );
  });

  it('is shared by all living workers', async () => {
    const others = [newId(Date.now()), newId(Date.now()), newId(Date.now())];
    await world.app.database.query(
      `INSERT INTO workers (id, role, host, pid, slots, lease_until)
       SELECT id, 'worker', 'elsewhere', 1, 1, now() + interval '1 hour' FROM unnest($1::uuid[]) AS id`,
      [others],
    );
    const route = await world.aRoute('/shared', { max_in_flight: 8, timeout_ms: 30_000 });
    await heartbeat();
    hold();
    await sendAtOnce(route, 10);
    await waiting(route, 10);
    for (let answered = 1; answered <= 10; answered += 1) {
      await world.sink.received(answered);
      answerOne();
      await waiting(route, 10 - answered);
    }
    expect([most, world.requestsTo('/shared')]).toEqual([2, 10]);
    await world.app.database.query('DELETE FROM workers WHERE id = ANY ($1::uuid[])', [others]);
    await heartbeat();
  });

  it('is taken back by an edit within a second', async () => {
    const route = await world.aRoute('/widened', { max_in_flight: 1, timeout_ms: 30_000 });
    hold();
    await sendAtOnce(route, 5);
    await waiting(route, 5);
    await world.sink.received(1);
    await world.ask('PATCH', `integrations/${route.integration.id}`, { config: { max_in_flight: null } });
    await world.sink.received(5);
    for (let left = 0; left < 5; left += 1) answerOne();
    await waiting(route, 0);
  });
});

describe('a rate', () => {
  it('lets through what its time brings, and the others wait without an attempt', async () => {
    const route = await world.aRoute('/slowly', { rate_per_second: 0.01 });
    await sendAtOnce(route, 4);
    await waiting(route, 3);
    expect(await untried(route)).toBe(3);
    for (const left of [2, 1, 0]) {
      await world.processed();
      expect(world.requestsTo('/slowly')).toBe(3 - left);
      clock.advance(101_000);
      await waiting(route, left);
    }
    expect(world.requestsTo('/slowly')).toBe(4);
  });

  it('does not slow the neighbours down', async () => {
    const [slow, quick] = [await world.aRoute('/slow', { rate_per_second: 0.01 }), await world.aRoute('/quick')];
    await Promise.all([sendAtOnce(slow, 10), sendAtOnce(quick, 10)]);
    await waiting(slow, 9);
    await waiting(quick, 0);
    await world.until(
      'all of the quick one delivered',
      'SELECT count(*) = 10 AS holds FROM deliveries WHERE destination_id = $1',
      [quick.integration.id],
    );
  });
});
