import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from './bench.js';
import { describeMachine, describeVersions } from './machine.js';
import { readOptions } from './options.js';
import { toSvg } from './report/chart.js';
import { toMarkdown } from './report/markdown.js';
import { measureGrowth } from './rows/growth.js';
import { measureHistory } from './rows/history.js';
import { measureIngest } from './rows/ingest.js';
import { measureLatency } from './rows/latency.js';
import { measureList } from './rows/list.js';
import { measureMainJob } from './rows/main-job.js';
import { measureMemory } from './rows/memory.js';
import { measureOverload } from './rows/overload.js';
import { measureQueue } from './rows/queue.js';
import { measureSandbox } from './rows/sandbox.js';
import { measureSeries } from './rows/series.js';
import { measureStart } from './rows/start.js';
import { measureStorage } from './rows/storage.js';

/** @type {Record<string, (bench: Bench) => Promise<import('./report/figures.js').Row>>} */
const measures = {
  ingest: measureIngest,
  'main-job': measureMainJob,
  latency: measureLatency,
  overload: measureOverload,
  storage: measureStorage,
  sandbox: measureSandbox,
  queue: measureQueue,
  list: measureList,
  start: measureStart,
  memory: measureMemory,
  history: measureHistory,
  growth: measureGrowth,
  series: measureSeries,
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const options = readOptions(process.argv.slice(2));
if (options.help !== undefined) process.stdout.write(options.help);
else await measureAll(options);

/** @param {import('./options.js').Options} options */
async function measureAll(options) {
  const folder = mkdtempSync(join(options.folder, 'fieldline-bench-'));
  // PostgreSQL runs as another user when we are root, and has to walk through.
  chmodSync(folder, 0o711);
  mkdirSync(options.out, { recursive: true });
  const date = new Date(Date.now()).toISOString();
  const versions = describeVersions(root);
  const machine = describeMachine(folder);
  const bench = await Bench.start(options, root, folder);
  stopOnSignals(bench, folder);

  /** @type {import('./report/figures.js').Row[]} */
  const rows = [];
  /** @type {{ row: string, error: string }[]} */
  const failures = [];
  for (const name of options.rows) {
    bench.say(`${name} …`);
    try {
      rows.push(await measures[name](bench));
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ row: name, error: text });
      bench.say(`  ${name} could not be measured: ${text}`);
    } finally {
      await bench.closeRow();
    }
  }
  await bench.close();
  rmSync(folder, { recursive: true, force: true });

  const { rounds, seconds, connections, devices, uplinks, client } = options;
  const settings = { rounds, seconds, connections, devices, uplinks, client, ...bench.facts, ...options.settings };
  const run = { date, machine, versions, settings, rows, failures };
  write(options.out, run);
  if (options.isPublished) publish(join(root, 'docs'), run);
  if (failures.length > 0) process.exitCode = 1;
}

/** @param {string} out @param {Parameters<typeof toMarkdown>[0]} run */
function write(out, run) {
  const name = run.date.slice(0, 16).replace('T', '-').replace(':', '');
  const markdown = toMarkdown(run);
  const svg = toSvg(run);
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync(join(out, `${name}.svg`), svg);
  writeFileSync(join(out, 'latest.md'), markdown);
  writeFileSync(join(out, 'latest.svg'), svg);
  process.stdout.write(`\n${markdown}\nWritten: ${join(out, name)}.json and .svg, latest.md, latest.svg\n`);
}

/** Replaces what stands between the marks in docs/performance.md. @param {string} docs @param {Parameters<typeof toMarkdown>[0]} run */
function publish(docs, run) {
  const file = join(docs, 'performance.md');
  const text = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->'].map((mark) => text.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`${file} has lost its marks for figures`);
  const figures = `<!-- figures: begin -->\n\n![The same as a chart](performance.svg)\n\n${toMarkdown(run)}\n`;
  writeFileSync(file, text.slice(0, begin) + figures + text.slice(end));
  writeFileSync(join(docs, 'performance.svg'), toSvg(run));
}

/** Whoever interrupts a run wants no server and no database left behind. @param {Bench} bench @param {string} folder */
function stopOnSignals(bench, folder) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      void bench.close().finally(() => {
        rmSync(folder, { recursive: true, force: true });
        process.exit(130);
      });
    });
  }
}
