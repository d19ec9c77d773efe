import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Helper } from '../processes/helper.js';
import { whole } from '../report/figures.js';
import { startBroker } from '../sides/broker.js';

const uplinks = 100_000;
const quietMs = 5_000;
/** Long enough for what the server and V8 do when nothing happens. */
const restMs = 30_000;
const limitMs = 300_000;
const topic = 'bench/fieldline';

/**
 * What the server's Node process keeps in memory (resident set), idle and after a hundred thousand uplinks through a
 * flow, when all is done and thirty seconds of rest have passed. PostgreSQL's processes are not in it.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureMemory(bench) {
  const broker = bench.keep(await startBroker(join(bench.folder, 'broker-memory')));
  const url = `mqtt://127.0.0.1:${broker.port}`;
  bench.keep(await Helper.start('processes/sink.js', { argument: { url, topic } }));
  const fieldline = bench.keep(await bench.startFieldline('memory'));
  await delay(restMs);
  const idle = residentMb(fieldline.program.pid);
  await fieldline.furnish(bench.options.devices);
  await fieldline.makeFlow({ port: broker.port, topic });
  await delay(quietMs);
  const furnished = residentMb(fieldline.program.pid);

  let most = 0;
  const watch = globalThis.setInterval(() => {
    most = Math.max(most, residentMb(fieldline.program.pid));
  }, 200);
  await bench.load(fieldline, { amount: uplinks });
  const idleAt = await fieldline.untilIdle(limitMs);
  globalThis.clearInterval(watch);
  if (idleAt === undefined) throw new Error(`not done after ${limitMs / 1_000} s: ${await fieldline.leftovers()}`);
  await delay(restMs);
  const after = residentMb(fieldline.program.pid);
  bench.say(
    `  memory  ${whole(idle)} MB idle, ${whole(after)} MB after ${whole(uplinks)} uplinks, ${whole(most)} at most`,
  );

  const states = [
    { name: 'idle', median: idle },
    { name: `${bench.options.devices} devices and a flow`, median: furnished },
    { name: `under load, at most`, median: most },
    { name: `after ${whole(uplinks)} uplinks`, median: after },
  ];
  return {
    name: 'memory',
    title: 'Memory: resident set of the Node process',
    unit: 'MB',
    lessIsBetter: true,
    sides: states,
    limits: { reach: 250, beat: 250 },
    details: [{ head: ['state', 'MB'], lines: states.map(({ name, median }) => [name, whole(median)]) }],
    ratios: [],
    demands: [
      { what: 'idle', value: idle, unit: 'MB', reach: 250, lessIsBetter: true },
      { what: `more after ${whole(uplinks)} uplinks`, value: after - idle, unit: 'MB', reach: 50, lessIsBetter: true },
    ],
  };
}

/** @param {number} pid */
export function residentMb(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('memory is read from /proc, which this machine does not have');
  return Number(kilobytes) / 1_024;
}
