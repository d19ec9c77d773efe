import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { microsecondsPer } from '../bench.js';
import { publishFlow } from '../peers/node-red.flows.js';
import { Helper } from '../processes/helper.js';
import { startBroker } from '../sides/broker.js';
import { Fieldline, nodeRedCode } from '../sides/fieldline.js';
import { NodeRed } from '../sides/node-red.js';
import { median, orderOf, ratioOf } from '../statistics.js';

const limitMs = 180_000;
/** Nothing more comes when nothing has come for so long. */
const silenceMs = 5_000;
const topics = { Fieldline: 'bench/fieldline', 'Node-RED': 'bench/node-red' };

/**
 * How many uplinks a second are done for good: posted, through the function, at the broker with QoS 1, and, ours only,
 * written to every history, counted from the first request until nothing is left to do. So a side that accepts more than
 * it can carry gains nothing by it.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureMainJob(bench) {
  const { rounds, seconds, devices } = bench.options;
  const broker = bench.keep(await startBroker(join(bench.folder, 'broker')));
  bench.facts['broker'] = broker.name;
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const sink = bench.keep(await Helper.start('processes/sink.js', { argument: { url, topic: 'bench/+' } }));

  const fieldline = bench.keep(await bench.startFieldline('main-job'));
  await fieldline.furnish(devices);
  await fieldline.makeFlow({ port: broker.port, topic: topics.Fieldline });
  const flow = publishFlow({ port: broker.port, topic: topics['Node-RED'], code: nodeRedCode });
  const nodeRed = bench.keep(await NodeRed.start({ folder: join(bench.folder, 'node-red-main-job'), flow }));
  const sides = [fieldline, nodeRed];
  const others = { broker: { pid: broker.pid }, sink: { pid: sink.pid } };

  /** @type {Map<string, Record<string, any>[]>} */
  const results = new Map(sides.map(({ name }) => [name, []]));
  for (const side of sides) await bench.warmUp(side, (load) => untilDone(side, sink, load));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of orderOf(sides, round)) {
      const result = await measureOnce(bench, side, sink, others, seconds);
      results.get(side.name)?.push(result);
      const { perSecond, acceptedPerSecond, lost } = result;
      const figures = `${Math.round(perSecond)}/s done, ${Math.round(acceptedPerSecond)}/s accepted, ${lost} lost`;
      bench.say(`  main job ${round + 1}/${rounds}  ${side.name}: ${figures}`);
    }
  }

  const profile = await bench.profile(fieldline, (load) => untilDone(fieldline, sink, load));
  const values = (/** @type {{ name: string }} */ { name }) => (results.get(name) ?? []).map((r) => r.perSecond);
  return {
    name: 'main-job',
    title: 'Main job: uplink → function → MQTT QoS 1, nothing waiting at the end',
    unit: 'uplinks/s',
    ...profile,
    sides: sides.map(({ name }) => ({ name, median: median(values({ name })), rounds: results.get(name) })),
    ratios: [
      { of: fieldline.name, over: nodeRed.name, ...ratioOf(values(fieldline), values(nodeRed)), reach: 0.5, beat: 1 },
    ],
  };
}

/**
 * @param {import('../bench.js').Bench} bench
 * @param {import('../bench.js').Side} side
 * @param {Helper} sink
 * @param {Record<string, import('../bench.js').Processes>} others processes that work for every side
 * @param {number} seconds
 */
async function measureOnce(bench, side, sink, others, seconds) {
  const before = side instanceof Fieldline ? await writtenBy(side) : undefined;
  const { result, cpuSeconds } = await bench.withCpu({ ...side.processes, ...others }, async () => {
    const load = await bench.load(side, { seconds });
    return { load, ...(await untilDone(side, sink, load)) };
  });
  const { load, doneAt, arrived, repeated } = result;
  return {
    perSecond: (arrived / (doneAt - load.begunAt)) * 1_000,
    acceptedPerSecond: load.accepted / load.seconds,
    accepted: load.accepted,
    refused: load.refused,
    errors: load.errors,
    arrived,
    repeated,
    lost: Math.max(0, load.accepted - arrived),
    secondsInAll: (doneAt - load.begunAt) / 1_000,
    latencyMs: load.latencyMs,
    cpuMicroseconds: microsecondsPer(cpuSeconds, arrived),
    ...(before !== undefined && side instanceof Fieldline
      ? { written: difference(await writtenBy(side), before) }
      : {}),
  };
}

/** @param {Fieldline} fieldline */
async function writtenBy(fieldline) {
  return { ...(await fieldline.history()), transactions: await fieldline.transactions() };
}

/** Waits for the last message, and for the last row. @param {import('../bench.js').Load} load */
async function untilDone(/** @type {import('../bench.js').Side} */ side, /** @type {Helper} */ sink, load) {
  const deadline = Date.now() + limitMs;
  const begun = Date.now();
  let count = await sink.ask('count', load.number);
  while (count.distinct < load.accepted && Date.now() < deadline) {
    // Ours may be silent for long and still come: only an empty queue means that it is over.
    if (side instanceof Fieldline ? await side.isIdle() : Date.now() - Math.max(count.lastAt, begun) > silenceMs) break;
    await delay(50);
    count = await sink.ask('count', load.number);
  }
  let idleAt = 0;
  if (side instanceof Fieldline) {
    const foundAt = await side.untilIdle(deadline - Date.now());
    if (foundAt === undefined) throw new Error(`not done after ${limitMs / 1_000} s: ${await side.leftovers()}`);
    idleAt = foundAt;
  }
  // What was under way when the queue was seen empty.
  if (count.distinct < load.accepted) {
    await delay(1_000);
    count = await sink.ask('count', load.number);
  }
  await sink.ask('forget', load.number);
  return { doneAt: Math.max(count.lastAt, idleAt), arrived: count.distinct, repeated: count.repeated };
}

/** @param {Record<string, number>} after @param {Record<string, number>} before */
function difference(after, before) {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]));
}
