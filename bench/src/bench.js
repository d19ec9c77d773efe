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
 * What the row of lists reads.
 *
 * @typedef {object} Read
 * @property {string} name
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {Record<string, Processes>} processes
 *
 * @typedef {import('./processes/load.js').LoadResult & { number: number }} Load
 */

/** What all rows share: the options, the one process that makes load, and whatever must be stopped at the end. */
export class Bench {
  /** @type {(() => Promise<void>)[]} */
  #opened = [];
  #loads = 0;
  /** @type {Map<string, Promise<any>>} */
  #shared = new Map();
  /** @type {(() => Promise<void>)[]} */
  #closedLast = [];

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

  /**
   * What took long to make and serves several rows: made once, stopped at the end of the run.
   *
   * @template T
   * @param {string} name
   * @param {(keep: <S extends { stop: () => Promise<void> }>(side: S) => S) => Promise<T>} make
   * @returns {Promise<T>}
   */
  shared(name, make) {
    const known = this.#shared.get(name);
    if (known !== undefined) return known;
    const made = make((side) => {
      this.#closedLast.push(() => side.stop());
      return side;
    });
    this.#shared.set(name, made);
    return made;
  }

  /** Newest first, so that nothing loses what it stands on. */
  async closeRow() {
    for (const stop of this.#opened.splice(0).reverse()) {
      await stop().catch((error) => this.say(`something did not stop: ${error.message}`));
    }
  }

  async close() {
    await this.closeRow();
    this.#opened.push(...this.#closedLast.splice(0));
    await this.closeRow();
    await this.loader.stop();
  }

  /** A server of its own for a row, on an empty database or on the one it had. @param {string} row @param {number} [pollMs] */
  async startFieldline(row, pollMs) {
    const { settings, isProfiled } = this.options;
    const fieldline = await Fieldline.start({
      root: this.root,
      folder: join(this.folder, `fieldline-${row}`),
      settings,
      isInspected: isProfiled,
      pollMs,
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

  /**
   * @param {Side} side
   * @param {{ perSecond: number, seconds: number, connections: number, keepsTimes?: boolean }} pace
   * @returns {Promise<import('./processes/load-at-a-pace.js').PacedResult & { number: number }>}
   */
  async loadAtAPace(side, pace) {
    const number = ++this.#loads;
    const result = await this.loader.ask('runAtAPace', { url: side.url, headers: side.headers, load: number, ...pace });
    return { ...result, number };
  }

  /** The same GET again and again. @param {Read} side @param {number} seconds @returns {Promise<Load>} */
  async read({ url, headers }, seconds) {
    const { connections } = this.options;
    const load = { url, headers, load: 0, connections, client: 'sockets', seconds, isRead: true };
    return { ...(await this.loader.ask('run', load)), number: 0 };
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
    return this.#profiled(fieldline, async () => {
      const load = await this.load(fieldline, { seconds: this.options.seconds });
      await settle(load);
      return load;
    });
  }

  /** The same while pages are read. @param {Fieldline} fieldline @param {Read} side */
  async profileReads(fieldline, side) {
    return this.#profiled(fieldline, () => this.read(side, this.options.seconds));
  }

  /** @param {Fieldline} fieldline @param {() => Promise<Load>} work */
  async #profiled({ profiler }, work) {
    if (profiler === undefined) return {};
    await profiler.start();
    const load = await work();
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
