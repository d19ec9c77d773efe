import { performance } from 'node:perf_hooks';
import { short, whole } from '../report/figures.js';
import { emptyAndFilled, pageLimit } from '../sides/histories.js';
import { median, orderOf, quantile } from '../statistics.js';
import { devEuiOf } from '../uplinks.js';

const readsARound = 40;

/**
 * What people click: pages, details and lists, each read again and again by one client, where one page is stored and
 * where a million events and runs lie below it. The same answers are compared, so a page is full on both sides; a page
 * deep in the past, which only the filled side has, is compared with the other's newest.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureHistory(bench) {
  const { rounds, events } = bench.options;
  const { empty, filled } = await emptyAndFilled(bench);
  const sides = [
    { ...empty, name: 'empty', routes: await routesOf(empty) },
    { ...filled, name: 'filled', routes: await routesOf(filled) },
  ];
  const names = sides[0].routes.map(({ name }) => name);

  /** @type {Map<string, number[][]>} by side and route, the times of each round */
  const times = new Map();
  for (let round = -1; round < rounds; round += 1) {
    for (const side of orderOf(sides, Math.max(0, round))) {
      for (const { name, path } of side.routes) {
        const taken = await readTimes(side.fieldline.api, path);
        const key = `${side.name}/${name}`;
        if (round >= 0) times.set(key, [...(times.get(key) ?? []), taken]);
      }
    }
    bench.say(`  history ${round + 1}/${rounds}`);
  }

  const p50s = (/** @type {string} */ side, /** @type {string} */ name) =>
    (times.get(`${side}/${name}`) ?? []).map((taken) => quantile(taken, 0.5));
  const p95 = (/** @type {string} */ side, /** @type {string} */ name) =>
    quantile(
      (times.get(`${side}/${name}`) ?? []).flat().sort((a, b) => a - b),
      0.95,
    );
  const ratios = names.map((name) => {
    const [with0, withAll] = [p50s('empty', name), p50s('filled', name)];
    const inRounds = withAll.map((ms, round) => ms / with0[round]).sort((a, b) => a - b);
    return {
      name,
      ratio: median(withAll) / median(with0),
      least: inRounds[0],
      most: inRounds.at(-1) ?? NaN,
    };
  });
  const stored = whole(events);
  return {
    name: 'history',
    title: `History: what a page costs above ${stored} events, runs, steps and deliveries`,
    unit: 'ms, p50',
    lessIsBetter: true,
    sides: names.flatMap((name) => [
      { name: `${name}, ${stored}`, median: median(p50s('filled', name)) },
      { name: `${name}, empty`, median: median(p50s('empty', name)) },
    ]),
    details: [
      {
        head: ['read', 'p50 ms empty', `p50 ms at ${stored}`, 'p95 ms empty', `p95 ms at ${stored}`],
        lines: names.map((name) => [
          name,
          short(median(p50s('empty', name))),
          short(median(p50s('filled', name))),
          short(p95('empty', name)),
          short(p95('filled', name)),
        ]),
      },
    ],
    ratios: ratios.map(({ name, ...ratio }) => ({
      of: `${name}, ${stored}`,
      over: `${name}, empty`,
      ...ratio,
      reach: 1.5,
      beat: 1.1,
    })),
  };
}

/**
 * The same reads on either side, by their own ids. A new kind of read (a chart) is one line more.
 *
 * @param {Awaited<ReturnType<typeof emptyAndFilled>>['empty']} side
 */
async function routesOf({ fieldline: { api, database }, ids }) {
  const { rows } = await database.query('SELECT id FROM devices WHERE dev_eui = $1', [devEuiOf(0).toUpperCase()]);
  const page = `limit=${pageLimit}`;
  const flowPage = `/api/v1/flows/${ids.flowId}/history?${page}`;
  const [run] = await api.get(flowPage);
  const [delivery] = await api.get(`/api/v1/integrations/${ids.integrationId}/history?${page}`);
  const { rows: oldest } = await database.query('SELECT id FROM flow_runs ORDER BY id OFFSET 7 LIMIT 1');
  const past = await cursorInThePast(database);
  return [
    { name: 'events of a device', path: `/api/v1/devices/${rows[0].id}/history?${page}` },
    { name: 'events of all devices', path: `/api/v1/devices/history?${page}` },
    { name: 'runs of a flow', path: flowPage },
    { name: 'runs of a flow, deep in the past', path: `${flowPage}${past}` },
    { name: 'calls of a function', path: `/api/v1/functions/${ids.functionId}/history?${page}` },
    { name: 'deliveries of an integration', path: `/api/v1/integrations/${ids.integrationId}/history?${page}` },
    { name: 'one run', path: `/api/v1/flows/${ids.flowId}/history/${run.id}` },
    { name: 'one run, the oldest', path: `/api/v1/flows/${ids.flowId}/history/${oldest[0].id}` },
    { name: 'one delivery', path: `/api/v1/deliveries/${delivery.id}` },
    { name: 'list of devices', path: `/api/v1/devices?${page}` },
  ];
}

/** Ten days ago, where there is anything so old. @param {import('pg').Client} database */
async function cursorInThePast(database) {
  const at = new Date(Date.now() - 10 * 86_400_000).toISOString();
  const { rows } = await database.query('SELECT EXISTS (SELECT FROM flow_runs WHERE started_at < $1) AS is_there', [
    at,
  ]);
  return rows[0].is_there ? `&to=${at}` : '';
}

/** @param {import('../sides/api.js').Api} api @param {string} path */
async function readTimes(api, path) {
  /** @type {number[]} */
  const taken = [];
  for (let n = 0; n < readsARound; n += 1) {
    const begun = performance.now();
    await api.get(path);
    taken.push(performance.now() - begun);
  }
  return taken.sort((a, b) => a - b);
}
