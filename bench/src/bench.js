import { join } from 'node:path';
import { cpuSecondsOf, cpuUsed } from './processes/cpu-time.js';
import { hotSpots } from './report/hot-spots.js';
import { Helper } from './processes/helper.js';
import { Fieldline } from './sides/fieldline.js';

/** A load only warms up; it is not counted. */
const warmUpSeconds = 3;

/** @typedef {import('./processes/cpu-time.js').Processes} Processes */

/**
 * A side, as the rows know it.
 *
 * @typedef {object} Side
 * @property {string} name
 * @property {string} url where uplinks are posted
 * @property {Record<string, string>} headers
 * @property {Record<string, Processes>} processes whose CPU it uses
 * @property {() => Promise<void>} stop
 *
 * @typedef {import('./processes/load.js').LoadResult & { number: number }} Load
 */

/** What all rows share: the options, the one process that makes load, and whatever must be stopped at the end. */
export class Bench {
  /** @type {(() => Promise<void>)[]} */
  #opened = [];
  #loads = 0;

  /**
   * @param {import('./options.js').Options} options
   * @param {string} root the project's folder
   * @param {string} folder for databases and logs
   * @param {Helper} loader
   */
  constructor(options, root, folder, loader) {
    this.options = options;
    this.root = root;
    this.folder = folder;
    this.loader = loader;
    /** What the rows found out about their surroundings. @type {Record<string, string>} */
    this.facts = {};
  }

  /**
   * @param {import('./options.js').Options} options
   * @param {string} root
   * @param {string} folder
   */
  static async start(options, root, folder) {
    const loader = await Helper.start('processes/load.js', { argument: { deviceCount: options.devices } });
    return new Bench(options, root, folder, loader);
  }

  /** Stops it with the row it belongs to. @template {{ stop: () => Promise<void> }} T @param {T} side @returns {T} */
  keep(side) {
    this.#opened.push(() => side.stop());
    return side;
  }

  /** Newest first, so that nothing loses what it stands on. */
  async closeRow() {
    for (const stop of this.#opened.splice(0).reverse()) {
      await stop().catch((error) => this.say(`something did not stop: ${error.message}`));
    }
  }

  async close() {
    await this.closeRow();
    await this.loader.stop();
  }

  /** A server of its own for a row, on an empty database. @param {string} row */
  async startFieldline(row) {
    const { settings, isProfiled } = this.options;
    const fieldline = await Fieldline.start({
      root: this.root,
      folder: join(this.folder, `fieldline-${row}`),
      settings,
      isInspected: isProfiled,
    });
    this.facts['postgresql'] = await fieldline.describeDatabase();
    return fieldline;
  }

  /** @param {Side} side @param {{ seconds: number } | { amount: number }} extent @returns {Promise<Load>} */
  async load(side, extent) {
    const number = ++this.#loads;
    const { connections, client } = this.options;
    const result = await this.loader.ask('run', {
      url: side.url,
      headers: side.headers,
      load: number,
      connections,
      client,
      ...extent,
    });
    return { ...result, number };
  }

  /** @param {Side} side @param {(load: Load) => Promise<unknown>} [settle] */
  async warmUp(side, settle) {
    const load = await this.load(side, { seconds: Math.min(warmUpSeconds, this.options.seconds) });
    if (load.accepted === 0) {
      throw new Error(`${side.name} accepted nothing: ${JSON.stringify(load.statuses)}, ${load.errors} errors`);
    }
    await settle?.(load);
  }

  /**
   * How much CPU a piece of work costs, by process, the load's own included.
   *
   * @template T
   * @param {Record<string, Processes>} processes
   * @param {() => Promise<T>} work
   */
  async withCpu(processes, work) {
    const all = { ...processes, load: { pid: this.loader.pid } };
    const before = cpuSecondsOf(all);
    const result = await work();
    return { result, cpuSeconds: cpuUsed(before, cpuSecondsOf(all)) };
  }

  /**
   * Repeats a load under the profiler, when that was asked for; it slows the server, so nothing of it is counted.
   *
   * @param {Fieldline} fieldline
   * @param {(load: Load) => Promise<unknown>} settle
   */
  async profile(fieldline, settle) {
    const { profiler } = fieldline;
    if (profiler === undefined) return {};
    await profiler.start();
    const load = await this.load(fieldline, { seconds: this.options.seconds });
    await settle(load);
    return { profile: hotSpots(await profiler.stop(), load.accepted) };
  }

  /** @param {string} text */
  say(text) {
    process.stderr.write(`${text}\n`);
  }
}

/** @param {Record<string, number>} cpuSeconds @param {number} uplinks */
export function microsecondsPer(cpuSeconds, uplinks) {
  return Object.fromEntries(
    Object.entries(cpuSeconds).map(([name, seconds]) => [name, Math.round((seconds * 1e6) / uplinks)]),
  );
}
