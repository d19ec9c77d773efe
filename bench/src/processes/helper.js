import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The run's half: one helper process, started, asked and stopped. */
export class Helper {
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  #asked = new Map();
  #lastId = 0;

  /** @param {import('node:child_process').ChildProcess} child @param {string} name */
  constructor(child, name) {
    this.child = child;
    this.name = name;
    child.on('message', (/** @type {any} */ message) => this.#hear(message));
    child.on('exit', (code, signal) => this.#fail(new Error(`${name} ended (${signal ?? code})`)));
  }

  /**
   * @param {string} file relative to bench/src
   * @param {{ argument?: unknown, execArgv?: string[] }} [options]
   */
  static async start(file, { argument = null, execArgv = [] } = {}) {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const child = fork(path, [JSON.stringify(argument)], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const helper = new Helper(child, file);
    helper.ready = await new Promise((resolve, reject) => {
      helper.#asked.set(0, { resolve, reject });
    });
    return helper;
  }

  /** What the helper said of itself when it was ready. @type {any} */
  ready;

  get pid() {
    return this.child.pid ?? 0;
  }

  /** @param {string} method @param {unknown} [argument] @returns {Promise<any>} */
  ask(method, argument) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.child.send({ id, method, argument }, (error) => {
        if (error !== null) this.#fail(error);
      });
    });
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  /** @param {{ id?: number, ready?: unknown, result?: unknown, error?: string }} message */
  #hear({ id = 0, ready, result, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(id === 0 ? ready : result);
    else asked?.reject(new Error(`${this.name}: ${error}`));
  }

  /** @param {Error} error */
  #fail(error) {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}
