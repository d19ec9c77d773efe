import { join } from 'node:path';
import { microsecondsPer } from '../bench.js';
import { echoFlow } from '../peers/node-red.flows.js';
import { FastifyPeer } from '../sides/fastify.js';
import { Fieldline } from '../sides/fieldline.js';
import { NodeRed } from '../sides/node-red.js';
import { median, orderOf, ratioOf } from '../statistics.js';

const drainLimitMs = 180_000;

/**
 * How many uplinks a second are answered with 202. Ours checks the key, recognises duplicates, finds the device, and has
 * event and job on disk before it answers; its workers take the jobs away meanwhile, in the same process.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureIngest(bench) {
  const { rounds, seconds, devices } = bench.options;
  const fieldline = bench.keep(await bench.startFieldline('ingest'));
  await fieldline.furnish(devices);
  const limit = bench.keep(await FastifyPeer.startDurable(fieldline));
  const bare = bench.keep(await FastifyPeer.startBare());
  const nodeRed = bench.keep(await NodeRed.start({ folder: join(bench.folder, 'node-red-ingest'), flow: echoFlow() }));
  const sides = [fieldline, limit, bare, nodeRed];

  /** @type {Map<string, Record<string, any>[]>} */
  const results = new Map(sides.map(({ name }) => [name, []]));
  for (const side of sides) await bench.warmUp(side, () => settle(side));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of orderOf(sides, round)) {
      const result = await measureOnce(bench, side, seconds);
      results.get(side.name)?.push(result);
      bench.say(`  ingest ${round + 1}/${rounds}  ${side.name}: ${Math.round(result.perSecond)}/s`);
    }
  }

  const profile = await bench.profile(fieldline, () => settle(fieldline));
  const values = (/** @type {{ name: string }} */ { name }) => (results.get(name) ?? []).map((r) => r.perSecond);
  return {
    name: 'ingest',
    title: 'Ingest: one uplink posted and answered with 202',
    unit: 'uplinks/s',
    ...profile,
    sides: sides.map(({ name }) => ({ name, median: median(values({ name })), rounds: results.get(name) })),
    ratios: [
      { of: fieldline.name, over: limit.name, ...ratioOf(values(fieldline), values(limit)), reach: 0.6, beat: 0.85 },
      { of: fieldline.name, over: nodeRed.name, ...ratioOf(values(fieldline), values(nodeRed)), reach: 1, beat: 2 },
      { of: fieldline.name, over: bare.name, ...ratioOf(values(fieldline), values(bare)) },
    ],
  };
}

/** @param {import('../bench.js').Bench} bench @param {import('../bench.js').Side} side @param {number} seconds */
async function measureOnce(bench, side, seconds) {
  const transactions = side instanceof Fieldline ? await side.transactions() : 0;
  const { result: load, cpuSeconds } = await bench.withCpu(side.processes, () => bench.load(side, { seconds }));
  const settled = await settle(side);
  return {
    perSecond: load.accepted / load.seconds,
    accepted: load.accepted,
    refused: load.refused,
    errors: load.errors,
    latencyMs: load.latencyMs,
    cpuMicroseconds: microsecondsPer(cpuSeconds, load.accepted),
    ...settled,
    ...(side instanceof Fieldline
      ? { transactions: ((await side.transactions()) - transactions) / load.accepted }
      : {}),
  };
}

/** What a side still has to do after it answered is not counted, but the next side must not suffer from it. */
async function settle(/** @type {import('../bench.js').Side} */ side) {
  if (!(side instanceof Fieldline)) return {};
  const jobsLeft = await side.jobsLeft();
  const begun = Date.now();
  const idleAt = await side.untilIdle(drainLimitMs);
  if (idleAt === undefined) throw new Error(`not idle after ${drainLimitMs / 1_000} s: ${await side.leftovers()}`);
  return { jobsLeft, drainSeconds: (idleAt - begun) / 1_000 };
}
