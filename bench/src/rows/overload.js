import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Helper } from '../processes/helper.js';
import { short, whole } from '../report/figures.js';
import { startBroker } from '../sides/broker.js';
import { residentMb } from './memory.js';

const topic = 'bench/fieldline';
const overloadSeconds = 15;
const connections = 5_000;
const calmPerSecond = 200;
const calmMs = 1_000;
const drainLimitMs = 180_000;

/**
 * Twice as many uplinks as the main job can carry, sent at that pace whatever comes back, over up to five thousand
 * connections that wait for five seconds as ChirpStack does. What is accepted must be accepted in time, what is not must
 * be told so at once, and when it is over all must be well again.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureOverload(bench) {
  const { seconds, devices } = bench.options;
  const broker = bench.keep(await startBroker(join(bench.folder, 'broker-overload')));
  bench.facts['broker'] = broker.name;
  const url = `mqtt://127.0.0.1:${broker.port}`;
  bench.keep(await Helper.start('processes/sink.js', { argument: { url, topic } }));
  const fieldline = bench.keep(await bench.startFieldline('overload'));
  await fieldline.furnish(devices);
  await fieldline.makeFlow({ port: broker.port, topic });
  await bench.warmUp(fieldline, () => untilIdle(fieldline));

  const sustained = await bench.load(fieldline, { seconds });
  const sustainable = (sustained.accepted / ((await untilIdle(fieldline)) - sustained.begunAt)) * 1_000;
  const residentBefore = residentMb(fieldline.program.pid);
  let most = residentBefore;
  const watch = globalThis.setInterval(() => {
    most = Math.max(most, residentMb(fieldline.program.pid));
  }, 200);
  const perSecond = Math.round(2 * sustainable);
  bench.say(`  overload  sustainable ${whole(sustainable)}/s, now ${whole(perSecond)}/s`);
  const load = await bench.loadAtAPace(fieldline, { perSecond, seconds: overloadSeconds, connections });
  const overAt = Date.now();
  const backlog = await fieldline.jobsLeft();
  const calmAfter = await untilCalm(bench, fieldline, overAt);
  const drainedAfter = ((await untilIdle(fieldline)) - overAt) / 1_000;
  globalThis.clearInterval(watch);
  const residentAfter = residentMb(fieldline.program.pid);
  const { events } = await fieldline.history();

  const refused = Object.entries(load.statuses).reduce((sum, [code, n]) => (code.startsWith('2') ? sum : sum + n), 0);
  bench.say(
    `  overload  ${whole(load.accepted)} accepted (p99 ${short(load.latencyMs.p99)} ms), ${whole(refused)} refused, ` +
      `${load.late} late, calm after ${short(calmAfter)} s, drained after ${short(drainedAfter)} s`,
  );
  return {
    name: 'overload',
    title: 'Overload: twice what the main job can carry',
    unit: 'uplinks/s',
    sides: [
      { name: 'sustainable', median: sustainable },
      { name: 'offered', median: perSecond },
      { name: 'accepted', median: load.accepted / overloadSeconds, rounds: [{ ...load, events, residentAfter }] },
    ],
    details: [
      {
        head: ['', 'count', 'p50 ms', 'p99 ms', 'most ms'],
        lines: [
          ['accepted', whole(load.accepted), ...Object.values(load.latencyMs).map(orNothing)],
          ['refused with 503', whole(load.statuses['503'] ?? 0), ...Object.values(load.refusalMs).map(orNothing)],
          ['of these with Retry-After', whole(load.withRetryAfter), '', '', ''],
          ['another answer', whole(refused - (load.statuses['503'] ?? 0)), '', '', ''],
          ['no answer in 5 s', whole(load.late + load.broken), '', '', ''],
        ],
      },
    ],
    ratios: [],
    demands: [
      { what: 'p99 of what is accepted', value: load.latencyMs.p99, unit: 'ms', reach: 1_000, lessIsBetter: true },
      {
        what: 'neither accepted nor told so',
        value: load.late + load.broken,
        unit: 'uplinks',
        reach: 0,
        lessIsBetter: true,
      },
      { what: 'more memory at most', value: most - residentBefore, unit: 'MB', reach: 150, lessIsBetter: true },
      {
        what: `${calmPerSecond}/s all accepted within ${calmMs / 1_000} s again after`,
        value: calmAfter,
        unit: 's',
        reach: 10,
        lessIsBetter: true,
      },
    ],
    notes: [
      `When it was over ${whole(backlog)} accepted events waited on disk for their flows; they were carried after ${short(drainedAfter)} s.`,
    ],
  };
}

/** What passed between processes as JSON has lost its NaN. @param {number | null} value */
function orNothing(value) {
  return value === null ? '' : short(value);
}

/** Until a second of ordinary pace is all accepted in time. @param {import('../bench.js').Bench} bench @param {import('../bench.js').Side} side @param {number} since */
async function untilCalm(bench, side, since) {
  for (let tries = 0; tries < 60; tries += 1) {
    const begun = Date.now();
    const { latencyMs, accepted, due } = await bench.loadAtAPace(side, {
      perSecond: calmPerSecond,
      seconds: 1,
      connections,
    });
    if (accepted === due && latencyMs.p99 < calmMs) return (begun - since) / 1_000;
    await delay(100);
  }
  return Infinity;
}

/** @param {import('../sides/fieldline.js').Fieldline} fieldline */
async function untilIdle(fieldline) {
  const idleAt = await fieldline.untilIdle(drainLimitMs);
  if (idleAt === undefined) throw new Error(`not done after ${drainLimitMs} ms: ${await fieldline.leftovers()}`);
  return idleAt;
}
