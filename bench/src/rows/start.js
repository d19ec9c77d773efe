import { performance } from 'node:perf_hooks';
import { whole } from '../report/figures.js';
import { median } from '../statistics.js';

const pollMs = 10;
const devices = 100;

/**
 * How long the server takes on a data directory that it has used before: from the start of its process until it says
 * that it is ready, its own PostgreSQL included. It has ended in order the time before.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureStart(bench) {
  const { rounds } = bench.options;
  const first = await bench.startFieldline('start', pollMs);
  await first.furnish(devices);
  await first.stop();
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    const begun = performance.now();
    const fieldline = await bench.startFieldline('start', pollMs);
    const tookMs = fieldline.program.readyAt - begun;
    await fieldline.stop();
    // The first one warms the file cache for the others.
    if (round > 0) times.push(tookMs);
    bench.say(`  start ${round}/${rounds}  ${whole(tookMs)} ms`);
  }
  const middle = median(times);
  return {
    name: 'start',
    title: 'Start: from the process to ready, its own PostgreSQL included',
    unit: 'ms',
    lessIsBetter: true,
    sides: [{ name: 'Fieldline', median: middle, rounds: times.map((ms) => ({ ms })) }],
    limits: { reach: 3_000, beat: 1_500 },
    details: [
      {
        head: ['median ms', 'least – most'],
        lines: [[whole(middle), `${whole(Math.min(...times))} – ${whole(Math.max(...times))}`]],
      },
    ],
    ratios: [],
    demands: [{ what: 'ready', value: middle / 1_000, unit: 's', reach: 3, beat: 1.5, lessIsBetter: true }],
  };
}
