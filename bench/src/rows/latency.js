import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { publishFlow } from '../peers/node-red.flows.js';
import { Helper } from '../processes/helper.js';
import { short, whole } from '../report/figures.js';
import { startBroker } from '../sides/broker.js';
import { nodeRedCode } from '../sides/fieldline.js';
import { NodeRed } from '../sides/node-red.js';
import { median, orderOf, quantile, ratioOf } from '../statistics.js';

const perSecond = 200;
const maxConnections = 200;
const arrivalLimitMs = 10_000;
const topics = { Fieldline: 'bench/fieldline', 'Node-RED': 'bench/node-red' };

/**
 * How long an uplink is under way at a steady pace that both sides carry easily: from the moment it is posted until a
 * subscriber has what the function made of it. The broker acknowledges a message when it passes it on, so this is the
 * time to the PUBACK, seen from outside and by the same clock for both sides.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureLatency(bench) {
  const { rounds, seconds, devices } = bench.options;
  const broker = bench.keep(await startBroker(join(bench.folder, 'broker-latency')));
  bench.facts['broker'] = broker.name;
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const sink = bench.keep(await Helper.start('processes/sink.js', { argument: { url, topic: 'bench/+' } }));
  const fieldline = bench.keep(await bench.startFieldline('latency'));
  await fieldline.furnish(devices);
  await fieldline.makeFlow({ port: broker.port, topic: topics.Fieldline });
  const flow = publishFlow({ port: broker.port, topic: topics['Node-RED'], code: nodeRedCode });
  const nodeRed = bench.keep(await NodeRed.start({ folder: join(bench.folder, 'node-red-latency'), flow }));
  const sides = [fieldline, nodeRed];

  /** @type {Map<string, Record<string, any>[]>} */
  const results = new Map(sides.map(({ name }) => [name, []]));
  // Fast code is made of slow code by use: a few seconds at this pace would measure the compiler.
  for (const side of sides) await bench.warmUp(side);
  await fieldline.untilIdle(60_000);
  for (const side of sides) await measureOnce(bench, side, sink, 3);
  for (let round = 0; round < rounds; round += 1) {
    for (const side of orderOf(sides, round)) {
      const result = await measureOnce(bench, side, sink, seconds);
      results.get(side.name)?.push(result);
      const { p50, p99, lost } = result;
      bench.say(
        `  latency ${round + 1}/${rounds}  ${side.name}: p50 ${short(p50)} ms, p99 ${short(p99)}, ${lost} lost`,
      );
    }
  }

  const roundsOf = (/** @type {{ name: string }} */ { name }) => results.get(name) ?? [];
  const p50s = (/** @type {{ name: string }} */ side) => roundsOf(side).map(({ p50 }) => p50);
  const of = (/** @type {{ name: string }} */ side, /** @type {string} */ key) =>
    median(roundsOf(side).map((round) => round[key]));
  return {
    name: 'latency',
    title: `Latency: from the post to the message at the subscriber, at ${perSecond} uplinks a second`,
    unit: 'ms, p50',
    lessIsBetter: true,
    sides: sides.map((side) => ({ name: side.name, median: median(p50s(side)), rounds: roundsOf(side) })),
    details: [
      {
        head: ['side', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms', 'answered p50 ms', 'lost'],
        lines: sides.map((side) => [
          side.name,
          ...['p50', 'p95', 'p99'].map((key) => short(of(side, key))),
          short(Math.max(...roundsOf(side).map(({ most }) => most))),
          short(of(side, 'answeredP50')),
          whole(roundsOf(side).reduce((sum, { lost }) => sum + lost, 0)),
        ]),
      },
    ],
    ratios: [
      { of: fieldline.name, over: nodeRed.name, ...ratioOf(p50s(fieldline), p50s(nodeRed)), reach: 3, beat: 1.5 },
    ],
    demands: [{ what: 'p99', value: of(fieldline, 'p99'), unit: 'ms', reach: 100, lessIsBetter: true }],
  };
}

/** @param {import('../bench.js').Bench} bench @param {import('../bench.js').Side} side @param {Helper} sink @param {number} seconds */
async function measureOnce(bench, side, sink, seconds) {
  const load = await bench.loadAtAPace(side, { perSecond, seconds, connections: maxConnections, keepsTimes: true });
  const deadline = Date.now() + arrivalLimitMs;
  while ((await sink.ask('count', load.number)).distinct < load.accepted && Date.now() < deadline) await delay(20);
  /** @type {[number, number][]} */
  const arrivals = await sink.ask('arrivals', load.number);
  await sink.ask('forget', load.number);
  const dueAtMs = load.dueAtMs ?? [];
  const times = arrivals.map(([n, atMs]) => atMs - dueAtMs[n]).sort((a, b) => a - b);
  return {
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    most: times.at(-1) ?? NaN,
    answeredP50: load.latencyMs.p50,
    accepted: load.accepted,
    lost: load.due - times.length,
  };
}
