import { join } from 'node:path';
import { Helper } from '../processes/helper.js';
import { startBroker } from './broker.js';
import { fill, fillOnePage } from './fill.js';

/** Within the shortest default retention. */
const days = 20;
const topics = { empty: 'bench/empty', filled: 'bench/filled' };
export const pageLimit = 50;

/**
 * Two servers that differ in what they have stored: one page, and a page above so many events, runs, steps and
 * deliveries. Shared by the rows that compare them.
 *
 * @param {import('../bench.js').Bench} bench
 */
export function emptyAndFilled(bench) {
  return bench.shared('histories', async (keep) => {
    const { devices, events } = bench.options;
    const broker = keep(await startBroker(join(bench.folder, 'broker-histories')));
    bench.facts['broker'] = broker.name;
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const sink = keep(await Helper.start('processes/sink.js', { argument: { url, topic: 'bench/+' } }));
    const start = async (/** @type {keyof typeof topics} */ name) => {
      const fieldline = keep(await bench.startFieldline(name));
      fieldline.name = name;
      await fieldline.furnish(devices);
      const ids = await fieldline.makeFlow({ port: broker.port, topic: topics[name] });
      // One real uplink is the model of what is filled in.
      await bench.load(fieldline, { amount: 1 });
      await fieldline.untilIdle(30_000);
      await fillOnePage(fieldline, 2 * pageLimit, devices);
      return { fieldline, ids };
    };
    const empty = await start('empty');
    const filled = await start('filled');
    const begun = Date.now();
    await fill(filled.fieldline, { events, days, deviceCount: devices, say: (text) => bench.say(text) });
    bench.say(`  filled in ${Math.round((Date.now() - begun) / 1_000)} s`);
    return { empty, filled, sink };
  });
}
