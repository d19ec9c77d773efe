import { join } from 'node:path';
import { Helper } from '../processes/helper.js';
import { whole } from '../report/figures.js';
import { startPostgres } from '../sides/postgres.js';
import { median, orderOf, ratioOf } from '../statistics.js';

const jobs = 20_000;

/**
 * The queues by themselves: so many small jobs are taken in calls of a thousand, then worked off by handlers that do
 * nothing, until the database knows each of them as done. Each side is a process with a database of its own in the same
 * PostgreSQL; ours is the server's queue with all its loops, its leases and lanes.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureQueue(bench) {
  const { rounds, settings } = bench.options;
  const postgres = bench.keep(await startPostgres(join(bench.folder, 'queue')));
  const start = async (/** @type {string} */ name, /** @type {string} */ file) => {
    const argument = { settings, databaseUrl: await postgres.makeDatabase(`queue_${file.replaceAll('-', '_')}`) };
    const helper = bench.keep(await Helper.start(`peers/queues/${file}.js`, { argument }));
    return { name, helper };
  };
  const sides = [
    await start('Fieldline', 'fieldline'),
    await start('graphile-worker', 'graphile-worker'),
    await start('pg-boss', 'pg-boss'),
  ];

  /** @type {Map<string, { enqueued: number, drained: number, repeated: number }[]>} */
  const results = new Map(sides.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const side of orderOf(sides, Math.max(0, round))) {
      const enqueued = await side.helper.ask('enqueue', jobs);
      const { perSecond: drained, repeated } = await side.helper.ask('drain', jobs);
      await postgres.tidy();
      if (round >= 0) results.get(side.name)?.push({ enqueued, drained, repeated });
      const figures = `${whole(enqueued)}/s taken, ${whole(drained)}/s done`;
      bench.say(`  queue ${round + 1}/${rounds}  ${side.name}: ${figures}`);
    }
  }

  const values = (/** @type {string} */ name, /** @type {'enqueued' | 'drained'} */ what) =>
    (results.get(name) ?? []).map((round) => round[what]);
  const shown = [
    ...sides.map(({ name }) => ({ name: `${name}, drained`, median: median(values(name, 'drained')) })),
    ...sides.map(({ name }) => ({ name: `${name}, taken`, median: median(values(name, 'enqueued')) })),
  ];
  const best = (/** @type {'enqueued' | 'drained'} */ what) =>
    sides.slice(1).reduce((a, b) => (median(values(a.name, what)) >= median(values(b.name, what)) ? a : b)).name;
  const ratio = (/** @type {'enqueued' | 'drained'} */ what, /** @type {string} */ word) => ({
    of: `Fieldline, ${word}`,
    over: `${best(what)}, ${word}`,
    ...ratioOf(values('Fieldline', what), values(best(what), what)),
    reach: 1,
    beat: 1.5,
  });
  return {
    name: 'queue',
    title: `Queue: ${whole(jobs)} jobs taken, then worked off with their completion`,
    unit: 'jobs/s',
    sides: shown.map((side, index) => ({ ...side, ...(index === 0 ? { rounds: results.get('Fieldline') } : {}) })),
    details: [
      {
        head: ['side', 'taken/s', 'least – most', 'done/s', 'least – most', 'run twice'],
        lines: sides.map(({ name }) => [
          name,
          ...['enqueued', 'drained'].flatMap((what) => {
            const of = values(name, /** @type {'enqueued' | 'drained'} */ (what));
            return [whole(median(of)), `${whole(Math.min(...of))} – ${whole(Math.max(...of))}`];
          }),
          whole((results.get(name) ?? []).reduce((sum, { repeated }) => sum + repeated, 0)),
        ]),
      },
    ],
    ratios: [ratio('drained', 'drained'), ratio('enqueued', 'taken')],
  };
}
