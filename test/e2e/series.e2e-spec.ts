import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { idFloor } from '../../src/core/ids/uuid-v7.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

interface Series {
  interval_seconds: number;
  times: string[];
  series: { device_id: string; key: string; values: (number | null)[] }[];
}

const clock = new FakeClock();
const from = '2026-11-19T00:00:00.000Z';
const to = '2026-11-19T01:00:00.000Z';
const at = (minutes: number): string => new Date(Date.parse(from) + minutes * 60_000).toISOString();

describe('series', () => {
  let server: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    server = await startTestApp({ clock });
    world = await TenantWorld.create(server);
  });
  afterAll(() => server.close());

  /** Sent and processed. */
  async function say(
    device: { id: string; dev_eui: string },
    readings: { minute: number; object: object }[],
  ): Promise<void> {
    for (const { minute, object } of readings) {
      await world.post(device.dev_eui, { time: at(minute), deduplicationId: randomUUID(), object });
    }
    await eventually(async () => {
      const [left] = await server.database.query<{ count: string }>('SELECT count(*) FROM jobs WHERE tenant_id = $1', [
        world.tenantId,
      ]);
      return left?.count === '0' ? true : undefined;
    }, 'an empty queue');
  }
  const read = async (device: { id: string }, query = ''): Promise<Series> =>
    (await world.get(`/api/v1/devices/${device.id}/series?from=${from}&to=${to}${query}`)) as Series;
  const valuesOf = (answer: Series, key: string) => answer.series.find((one) => one.key === key)?.values;

  it('puts readings into buckets and shows the gaps', async () => {
    const device = await world.aDevice();
    await say(device, [
      { minute: 0, object: { temperature: 20, air: { co2: 400 }, open: true, room: 'a' } },
      { minute: 5, object: { temperature: 22 } },
      { minute: 45, object: { temperature: 30 } },
    ]);
    const answer = await read(device, '&interval=15m');
    expect(answer).toMatchObject({
      from,
      to,
      interval_seconds: 900,
      agg: 'avg',
      times: [at(0), at(15), at(30), at(45)],
    });
    expect(answer.series.map(({ key }) => key)).toEqual(['air.co2', 'open', 'temperature']);
    expect(valuesOf(answer, 'temperature')).toEqual([21, null, null, 30]);
    expect(valuesOf(answer, 'open')).toEqual([1, null, null, null]);
  });

  it.each([
    ['avg', 14],
    ['min', 10],
    ['max', 20],
    ['sum', 42],
    ['count', 3],
    ['last', 12],
  ])('shows the %s of a bucket', async (agg, expected) => {
    const device = await world.aDevice();
    await say(device, [
      { minute: 3, object: { t: 12 } },
      { minute: 1, object: { t: 10 } },
      { minute: 2, object: { t: 20 } },
    ]);
    expect(valuesOf(await read(device, `&interval=1h&keys=t&agg=${agg}`), 't')).toEqual([expected]);
  });

  it('takes in what comes late, and counts nothing twice', async () => {
    const device = await world.aDevice();
    await say(device, [{ minute: 10, object: { t: 1 } }]);
    expect(valuesOf(await read(device, '&interval=1h&agg=count'), 't')).toEqual([1]);
    await say(device, [{ minute: 5, object: { t: 2 } }]);
    expect(valuesOf(await read(device, '&interval=1h&agg=count'), 't')).toEqual([2]);
    await server.database.query('UPDATE device_state SET series_next = $2 WHERE device_id = $1', [
      device.id,
      idFloor(0),
    ]);
    expect(valuesOf(await read(device, '&interval=1h&agg=count'), 't')).toEqual([2]);
  });

  const beyond = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  const stateOf = async (device: { id: string }): Promise<{ series_next: string; series_late: string[] | null }> => {
    const [state] = await server.database.query<{ series_next: string; series_late: string[] | null }>(
      'SELECT series_next, series_late FROM device_state WHERE device_id = $1',
      [device.id],
    );
    return state ?? { series_next: 'nothing', series_late: null };
  };

  it('takes an event in by itself that was processed after newer ones', async () => {
    const device = await world.aDevice();
    await say(device, [{ minute: 10, object: { t: 1 } }]);
    // As if events far newer were in the series.
    await server.database.query('UPDATE device_state SET series_next = $2, series_last = $2 WHERE device_id = $1', [
      device.id,
      beyond,
    ]);
    await say(device, [{ minute: 11, object: { t: 2 } }]);
    expect(await stateOf(device)).toEqual({ series_next: beyond, series_late: [expect.any(String)] });
    await server.database.query('UPDATE device_state SET series_last = $2 WHERE device_id = $1', [
      device.id,
      idFloor(0),
    ]);
    // The first event is not read again for it.
    expect(valuesOf(await read(device, '&interval=1h&agg=sum'), 't')).toEqual([2]);
    expect(await stateOf(device)).toEqual({ series_next: beyond, series_late: null });
  });

  it('goes back to the oldest when more come late than a row should hold', async () => {
    const device = await world.aDevice();
    await say(device, [{ minute: 10, object: { t: 1 } }]);
    await server.database.query(
      `UPDATE device_state SET series_next = $2, series_late = array_fill($2::uuid, ARRAY[1000]) WHERE device_id = $1`,
      [device.id, beyond],
    );
    await say(device, [{ minute: 11, object: { t: 2 } }]);
    const { series_next, series_late } = await stateOf(device);
    expect(series_next).not.toBe(beyond);
    expect(series_late).toHaveLength(1_000);
    expect(valuesOf(await read(device, '&interval=1h&agg=sum'), 't')).toEqual([2]);
    expect((await stateOf(device)).series_late).toBeNull();
  });

  it('keeps a day with more points than a row holds, each once, whatever comes where', async () => {
    const device = await world.aDevice();
    await say(device, [{ minute: 0, object: { t: 1 } }]);
    await read(device);
    await server.database.query(
      `UPDATE series_days SET times = ARRAY(SELECT generate_series(0, 4095 * 100, 100)), "values" = array_fill(1::float8, ARRAY[4096]),
         starts = 0, points = 4096, total = 4096, low = 1, high = 1, last = 1 WHERE device_id = $1`,
      [device.id],
    );
    const counted = async (): Promise<unknown[]> => [
      valuesOf(await read(device, '&interval=1h&agg=count'), 't'),
      // By the totals of the day, and by its points.
      valuesOf(
        await world.get(`/api/v1/devices/${device.id}/series?from=${from}&to=${at(1440)}&interval=1d&agg=count`),
        't',
      ),
    ];
    await say(device, [{ minute: 30, object: { t: 1 } }]);
    expect(await counted()).toEqual([[4_097], [4_097]]);
    // In the middle of the full part: at 3 minutes there is a point already, at 3 minutes and 50 ms none.
    const middle = at(3 + 0.05 / 60);
    await world.post(device.dev_eui, { time: middle, deduplicationId: randomUUID(), object: { t: 5 } });
    await say(device, [{ minute: 3, object: { t: 7 } }]);
    expect(await counted()).toEqual([[4_098], [4_098]]);
    const parts = await server.database.query<{ part: number }>(
      'SELECT part, starts, points FROM series_days WHERE device_id = $1 ORDER BY starts',
      [device.id],
    );
    expect(parts).toMatchObject([
      { part: 0, starts: 0, points: 4_096 },
      { part: 2, points: 1 },
      { part: 1, starts: 1_800_000 },
    ]);
    await server.database.query('UPDATE device_state SET series_next = NULL WHERE device_id = $1', [device.id]);
    expect(await counted()).toEqual([[4_098], [4_098]]);
  });

  it.each([
    ['avg', [5, 20, null, 1]],
    ['min', [-10, 20, null, 1]],
    ['max', [20, 20, null, 1]],
    ['sum', [10, 20, null, 1]],
    ['count', [2, 1, null, 1]],
    ['last', [-10, 20, null, 1]],
  ])('shows the %s of days, of which the first and the last are not asked for in full', async (agg, expected) => {
    const device = await world.aDevice();
    const day = 1_440;
    const begin = -3 * day;
    await say(device, [
      { minute: begin, object: { t: 99 } },
      { minute: begin + 30, object: { t: 20 } },
      { minute: begin + 40, object: { t: -10 } },
      { minute: begin + day + 30, object: { t: 20 } },
      { minute: 10, object: { t: 1 } },
      { minute: 30, object: { t: 99 } },
    ]);
    const url = `/api/v1/devices/${device.id}/series?from=${at(begin + 10)}&to=${at(20)}&interval=1d&agg=${agg}`;
    expect(valuesOf(await world.get(url), 't')).toEqual(expected);
  });

  it('charts what no sum or square could hold, and leaves out what is beyond every measure', async () => {
    const device = await world.aDevice();
    await say(device, [
      { minute: 0, object: { t: 1e200, u: 1e301 } },
      { minute: 1, object: { t: -1e200, u: 1 } },
    ]);
    const answer = await read(device, '&interval=1h&agg=avg');
    expect([valuesOf(answer, 't'), valuesOf(answer, 'u')]).toEqual([[0], [1]]);
  });

  it.each([
    ['0000-01-01T00:00:00Z', '0000-01-02T00:00:00Z'],
    ['9999-12-31T12:00:00Z', '9999-12-31T23:59:59Z'],
  ])('answers nothing of a time that no device was there in: %s', async (from, to) => {
    const device = await world.aDevice();
    await say(device, [{ minute: 0, object: { t: 1 } }]);
    const answer = await world.get(`/api/v1/devices/${device.id}/series?from=${from}&to=${to}&interval=1d`);
    expect(valuesOf(answer, 't')).toEqual([null]);
  });

  it('gathers by itself what nobody looks at: the first at once, the next ten minutes at a time', async () => {
    const device = await world.aDevice();
    const gathered = async (): Promise<number> => {
      await server.app.get(Maintenance).runNow('series');
      const rows = await server.database.query<{ times: number[] }>(
        'SELECT times FROM series_days WHERE device_id = $1',
        [device.id],
      );
      return rows[0]?.times.length ?? 0;
    };
    await say(device, [{ minute: 1, object: { t: 7 } }]);
    expect(await gathered()).toBe(1);
    await say(device, [{ minute: 2, object: { t: 8 } }]);
    expect(await gathered()).toBe(1);
    clock.advance(11 * 60_000);
    expect(await gathered()).toBe(2);
  });

  it('reads several keys of several devices at once, in their order, also as CSV', async () => {
    const [one, other] = [await world.aDevice(), await world.aDevice()];
    await say(one, [{ minute: 0, object: { a: 1, b: 2, c: 3 } }]);
    await say(other, [{ minute: 30, object: { b: 4 } }]);
    const url = `/api/v1/series?device_ids=${other.id},${one.id}&keys=b,a&from=${from}&to=${to}&interval=30m`;
    const { series } = (await world.get(url)) as Series;
    expect(series).toEqual([
      { device_id: other.id, key: 'b', values: [null, 4] },
      { device_id: one.id, key: 'b', values: [2, null] },
      { device_id: one.id, key: 'a', values: [1, null] },
    ]);
    const csv = await server.http('GET', `${url}&format=csv`, { token: world.token });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(String(csv.body)).toBe(
      `time,device_id,key,value\r\n${at(30)},${other.id},b,4\r\n${at(0)},${one.id},b,2\r\n${at(0)},${one.id},a,1\r\n`,
    );
  });

  it('lists the keys of a device, and gives no device more than two hundred', async () => {
    const device = await world.aDevice();
    const many = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`${prefix}${index.toString()}`, index]));
    await say(device, [
      { minute: 0, object: many('a') },
      { minute: 1, object: many('b') },
    ]);
    const keys = (await world.get(`/api/v1/devices/${device.id}/series/keys`)) as { key: string }[];
    expect(keys).toHaveLength(200);
    expect(keys[0]).toEqual({ key: 'a0' });
  });

  it('answers an empty one for a device that has said nothing', async () => {
    const device = await world.aDevice();
    expect((await read(device)).series).toEqual([]);
  });

  it.each([
    ['from=yesterday', 'from'],
    [`from=${to}&to=${from}`, 'from'],
    ['interval=5', 'interval'],
    [`from=${from}&to=2027-11-19T00:00:00Z&interval=1m`, 'interval'],
    ['agg=median', 'agg'],
    ['keys=', 'keys'],
    ['format=xml', 'format'],
    ['colour=red', 'colour'],
  ])('refuses %s and names the field', async (query, path) => {
    const device = await world.aDevice();
    await say(device, [{ minute: 0, object: { t: 1 } }]);
    const { status, body } = await server.http('GET', `/api/v1/devices/${device.id}/series?${query}`, {
      token: world.token,
    });
    expect([status, body.code, (body.errors as { path: string }[])[0]?.path]).toEqual([400, 'validation.failed', path]);
  });

  it('shows another tenant nothing', async () => {
    const device = await world.aDevice();
    const { token } = await server.signUp();
    for (const url of [
      `/api/v1/devices/${device.id}/series`,
      `/api/v1/devices/${device.id}/series/keys`,
      `/api/v1/series?device_ids=${device.id}`,
    ]) {
      expect((await server.http('GET', url, { token })).status).toBe(404);
    }
  });
});

describe('the months of series', () => {
  it('are there ahead of time, take over from the default, and end with retention', async () => {
    const clock = new FakeClock();
    const server = await startTestApp({ clock, settings: { role: 'api' } });
    const tables = async () =>
      (
        await server.database.query<{ name: string }>(
          `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'series_days'::regclass ORDER BY 1`,
        )
      ).map(({ name }) => name);
    const before = await tables();
    expect(before).toHaveLength(5);
    const row = (day: string) =>
      server.database.query(
        `INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, "values", starts, points, low, high, total, last)
         VALUES ($1, $1, $2, 1, 0, '{0}', '{1}', 0, 1, 1, 1, 1, 1)`,
        [randomUUID(), day],
      );
    const inFiveMonths = new Date(clock.nowMs() + 150 * 86_400_000).toISOString().slice(0, 10);
    await row('2020-01-01');
    await row(inFiveMonths);
    await server.database.query(
      `CREATE TABLE series_days_m202001 (LIKE series_days INCLUDING ALL);
       ALTER TABLE series_days ATTACH PARTITION series_days_m202001 FOR VALUES FROM ('2019-12-01') TO ('2020-01-01')`,
    );
    clock.advance(150 * 86_400_000);
    await server.app.get(Maintenance).runNow('series-months');
    const after = await tables();
    expect(after).not.toContain('series_days_m202001');
    expect(after.length).toBeGreaterThan(before.length);
    const left = await server.database.query<{ place: string; day: string }>(
      'SELECT tableoid::regclass::text AS place, day::text FROM series_days',
    );
    expect(left).toEqual([{ place: `series_days_m${inFiveMonths.slice(0, 7).replace('-', '')}`, day: inFiveMonths }]);
    await server.close();
  });
});
