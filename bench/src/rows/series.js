import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ours } from '../ours.js';
import { short, whole } from '../report/figures.js';
import { daysOfSeries, fillSeries, keys, messagesADay } from '../sides/fill-series.js';
import { fill } from '../sides/fill.js';
import { median, quantile } from '../statistics.js';

const { dayMs, dayOf } = await ours('core/database/partitions/partition-days.rules');
const { idFloor } = await ours('core/ids/uuid-v7');

/** Events are kept for a month, readings for years. */
const daysOfEvents = 20;
const readsARound = 30;
const mostMs = 100;
const ranges = { day: 1, month: 30, year: daysOfSeries };
const shapes = [
  { name: 'one key of one device', devices: 1, keys: keys.slice(2) },
  { name: 'three keys of one device', devices: 1, keys },
  { name: 'three keys of ten devices', devices: 10, keys },
];
/** So many events are folded for the rate of a backlog, and so many devices for that of a calm fleet. */
const eventsToFold = 200_000;
const gatheredMs = 600_000;
const foldLimitMs = 300_000;

/**
 * Charts: several keys and devices over a day, a month and a year, as finely as an answer may be, each read with other
 * devices than the one before; then how fast the server itself moves events into the series, and what a late one costs.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureSeries(bench) {
  const { rounds, events, devices } = bench.options;
  const fieldline = bench.keep(await bench.startFieldline('series'));
  await fieldline.furnish(devices);
  await bench.load(fieldline, { amount: 1 });
  await fieldline.untilIdle(30_000);
  // Else the server would fold what is filled in for the device that sent the model.
  await fieldline.database.query('UPDATE device_state SET series_next = NULL, series_last = NULL');
  const say = (/** @type {string} */ text) => bench.say(text);
  await fill(fieldline, { events, days: daysOfEvents, deviceCount: devices, say, isEventsOnly: true });
  const deviceCount = Math.min(devices, Math.max(10, Math.round(events / (messagesADay * daysOfSeries))));
  const charted = await fillSeries(fieldline, { deviceCount, say });

  /** @type {Map<string, number[][]>} by read, the times of each round */
  const times = new Map();
  const reads = readsOf(charted);
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, pathOf } of reads) {
      const taken = await readTimes(fieldline.api, (n) => pathOf(Math.max(0, round) * readsARound + n));
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), taken]);
    }
    bench.say(`  series ${round + 1}/${rounds}`);
  }
  const p50 = (/** @type {string} */ name) => median((times.get(name) ?? []).map((taken) => quantile(taken, 0.5)));
  const p99 = (/** @type {string} */ name) =>
    quantile(
      (times.get(name) ?? []).flat().sort((a, b) => a - b),
      0.99,
    );
  const { rows: sizes } = await fieldline.database.query(`
    SELECT sum(pg_total_relation_size(inhrelid))::float8 AS bytes FROM pg_inherits WHERE inhparent = 'series_days'::regclass`);
  const points = deviceCount * keys.length * messagesADay * daysOfSeries;
  const folding = await measureFolding(bench, fieldline, charted);
  return {
    name: 'series',
    title: `Series: charts above ${whole(events)} stored events and ${whole(points)} points`,
    unit: 'ms, p50',
    lessIsBetter: true,
    sides: reads.map(({ name }) => ({ name, median: p50(name) })),
    details: [
      {
        head: ['read', 'points in its range', 'p50 ms', 'p99 ms'],
        lines: reads.map(({ name, points: inRange }) => [name, whole(inRange), short(p50(name)), short(p99(name))]),
      },
      { head: ['folded by the server', 'messages', 'seconds', 'points/s'], lines: folding.lines },
    ],
    ratios: [],
    demands: reads.map(({ name }) => ({
      what: `${name}, p99`,
      value: p99(name),
      unit: 'ms',
      reach: mostMs,
      lessIsBetter: true,
    })),
    notes: [`A point takes ${short(sizes[0].bytes / points)} bytes with its index. ${folding.late}`],
  };
}

/** @param {string[]} charted */
function readsOf(charted) {
  const to = dayOf(Date.now());
  return shapes.flatMap((shape) =>
    Object.entries(ranges).map(([range, days]) => ({
      name: `${shape.name}, a ${range}`,
      points: shape.devices * shape.keys.length * messagesADay * days,
      pathOf: (/** @type {number} */ n) => {
        const ids = Array.from({ length: shape.devices }, (_, index) => charted[(n + index) % charted.length]);
        const from = new Date(to - days * dayMs).toISOString();
        return `/api/v1/series?device_ids=${ids.join()}&keys=${shape.keys.join()}&from=${from}&to=${new Date(to).toISOString()}`;
      },
    })),
  );
}

/** @param {import('../sides/api.js').Api} api @param {(n: number) => string} pathOf */
async function readTimes(api, pathOf) {
  /** @type {number[]} */
  const taken = [];
  for (let n = 0; n < readsARound; n += 1) {
    const begun = performance.now();
    await api.get(pathOf(n));
    taken.push(performance.now() - begun);
  }
  return taken.sort((a, b) => a - b);
}

/**
 * The devices that have no series yet get theirs from the server's own task: first whole backlogs of a few, then of all
 * others what came in the last ten minutes, which is what a fleet in operation asks for again and again.
 *
 * @param {import('../bench.js').Bench} bench
 * @param {import('../sides/fieldline.js').Fieldline} fieldline
 * @param {string[]} charted
 */
async function measureFolding(bench, { api, database }, charted) {
  const { events, devices } = bench.options;
  const few = Math.max(
    1,
    Math.min(Math.floor((devices - charted.length) / 2), Math.round((eventsToFold * devices) / events)),
  );
  const { rows } = await database.query(
    `SELECT id FROM devices WHERE NOT id = ANY ($1) AND id IN (SELECT device_id FROM device_state WHERE series_last IS NULL) ORDER BY id`,
    [charted],
  );
  const ids = rows.map(({ id }) => id);
  const backlog = await fold(database, ids.slice(0, few), null);
  bench.say(`  folded ${whole(backlog.messages)} messages of ${few} devices in ${short(backlog.seconds)} s`);
  // What was filled ends a day ago.
  const calm = await fold(database, ids.slice(few), idFloor(dayOf(Date.now()) - dayMs - gatheredMs));
  bench.say(`  folded ${whole(calm.messages)} messages of ${ids.length - few} devices in ${short(calm.seconds)} s`);
  const line = (
    /** @type {string} */ what,
    /** @type {{ messages: number, seconds: number }} */ { messages, seconds },
  ) => [what, whole(messages), short(seconds), whole((messages * keys.length) / seconds)];
  return {
    lines: [
      line(`the whole backlog of ${few} devices`, backlog),
      line(`what ${ids.length - few} devices sent in ten minutes`, calm),
    ],
    late: `Reading a device of ${whole(backlog.messages / few)} messages, the oldest of which came late: ${short(await late(api, database, ids[0]))} ms.`,
  };
}

/**
 * Has the server fold what these devices sent from a time on, which it begins within a minute, and tells how long it took.
 *
 * @param {import('pg').Client} database
 * @param {string[]} ids
 * @param {string | null} from an event's id; null is the first
 */
async function fold(database, ids, from) {
  const { rows: counts } = await database.query(
    `UPDATE device_state s SET series_next = $2::uuid, series_last = (
       SELECT e.id FROM device_events e WHERE e.tenant_id = s.tenant_id AND e.device_id = s.device_id ORDER BY e.id DESC LIMIT 1)
     WHERE device_id = ANY ($1)
     RETURNING (SELECT count(*)::int FROM device_events e
                WHERE e.tenant_id = s.tenant_id AND e.device_id = s.device_id AND ($2::uuid IS NULL OR e.id >= $2::uuid)) AS messages`,
    [ids, from],
  );
  const messages = counts.reduce((sum, { messages: of }) => sum + of, 0);
  const deadline = Date.now() + foldLimitMs;
  let begunAt = NaN;
  for (;;) {
    const { rows } = await database.query(
      `SELECT count(*) FILTER (WHERE series_next > series_last)::int AS done,
              count(*) FILTER (WHERE series_next IS DISTINCT FROM $2::uuid)::int AS begun
       FROM device_state WHERE device_id = ANY ($1)`,
      [ids, from],
    );
    if (rows[0].begun > 0 && Number.isNaN(begunAt)) begunAt = performance.now();
    if (rows[0].done === ids.length) return { messages, seconds: (performance.now() - begunAt) / 1_000 };
    if (Date.now() > deadline) throw new Error(`${ids.length - rows[0].done} devices were not folded in time`);
    await delay(20);
  }
}

/** @param {import('../sides/api.js').Api} api @param {import('pg').Client} database @param {string} id */
async function late(api, database, id) {
  await database.query(
    `UPDATE device_state SET series_late = ARRAY[(SELECT id FROM device_events WHERE device_id = $1 ORDER BY id LIMIT 1)] WHERE device_id = $1`,
    [id],
  );
  const begun = performance.now();
  await api.get(`/api/v1/devices/${id}/series`);
  return performance.now() - begun;
}
