import { setTimeout as delay } from 'node:timers/promises';
import { whole } from '../report/figures.js';
import { emptyAndFilled } from '../sides/histories.js';
import { median, orderOf, ratioOf } from '../statistics.js';

const limitMs = 180_000;
/** Every process hears of a change within a second. */
const changeMs = 1_500;

/**
 * Whether the hot path slows down with what is stored: ingest and the main job beside the same server with nothing
 * stored, in turn.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureGrowth(bench) {
  const { rounds, seconds, events } = bench.options;
  const { empty, filled } = await emptyAndFilled(bench);
  const sides = [empty, filled];
  /** @type {Map<string, number[]>} */
  const rates = new Map();
  const note = (/** @type {string} */ key, /** @type {number} */ rate) =>
    rates.set(key, [...(rates.get(key) ?? []), rate]);

  for (const kind of ['ingest', 'main job']) {
    for (const { fieldline, ids } of sides) {
      await fieldline.api.put(`/api/v1/flows/${ids.flowId}`, { enabled: kind === 'main job' });
    }
    await delay(changeMs);
    for (const { fieldline } of sides) await bench.warmUp(fieldline, () => done(fieldline));
    for (let round = 0; round < rounds; round += 1) {
      for (const { fieldline } of orderOf(sides, round)) {
        const load = await bench.load(fieldline, { seconds });
        const doneAt = await done(fieldline);
        const rate =
          kind === 'ingest' ? load.accepted / load.seconds : (load.accepted / (doneAt - load.begunAt)) * 1_000;
        note(`${fieldline.name}, ${kind}`, rate);
        bench.say(`  growth ${round + 1}/${rounds}  ${kind}, ${fieldline.name}: ${whole(rate)}/s`);
      }
    }
  }

  const stored = whole(events);
  const values = (/** @type {string} */ key) => rates.get(key) ?? [];
  const lines = ['ingest', 'main job'].map((kind) => ({
    kind,
    ...ratioOf(values(`filled, ${kind}`), values(`empty, ${kind}`)),
  }));
  return {
    name: 'growth',
    title: `Growth: the hot path above ${stored} stored events`,
    unit: 'uplinks/s',
    sides: [...rates].map(([name, of]) => ({
      name,
      median: median(of),
      rounds: of.map((perSecond) => ({ perSecond })),
    })),
    details: [
      {
        head: ['path', 'empty', `at ${stored}`],
        lines: lines.map(({ kind }) => [
          kind,
          whole(median(values(`empty, ${kind}`))),
          whole(median(values(`filled, ${kind}`))),
        ]),
      },
    ],
    ratios: lines.map(({ kind, ...ratio }) => ({
      of: `filled, ${kind}`,
      over: `empty, ${kind}`,
      ...ratio,
      reach: 0.9,
      beat: 0.95,
    })),
  };
}

/** @param {import('../sides/fieldline.js').Fieldline} fieldline */
async function done(fieldline) {
  const idleAt = await fieldline.untilIdle(limitMs);
  if (idleAt === undefined) throw new Error(`not done after ${limitMs / 1_000} s: ${await fieldline.leftovers()}`);
  return idleAt;
}
