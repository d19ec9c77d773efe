import { setTimeout as delay } from 'node:timers/promises';

/**
 * Takes a CPU profile of a running server for as long as a load lasts, so that neither its start nor its furnishing is
 * in it. The server must have been started with --inspect. Only the main thread is seen.
 */
export class Profiler {
  #lastId = 0;
  /** @type {Map<number, (message: any) => void>} */
  #asked = new Map();

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      this.#asked.get(message.id)?.(message);
      this.#asked.delete(message.id);
    });
  }

  /** @param {number} port where the inspector listens */
  static async connect(port) {
    const answer = await globalThis.fetch(`http://127.0.0.1:${port}/json/list`);
    const targets = /** @type {{ webSocketDebuggerUrl: string }[]} */ (await answer.json());
    const socket = new globalThis.WebSocket(targets[0].webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const profiler = new Profiler(socket);
    await profiler.#ask('Profiler.enable');
    await profiler.#ask('Profiler.setSamplingInterval', { interval: 500 });
    return profiler;
  }

  async start() {
    await this.#ask('Profiler.start');
  }

  /** @returns {Promise<import('node:inspector').Profiler.Profile>} */
  async stop() {
    return (await this.#ask('Profiler.stop')).profile;
  }

  async close() {
    this.socket.close();
    await delay(50);
  }

  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  #ask(method, params = {}) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ error, result }) =>
        error === undefined ? resolve(result) : reject(new Error(error.message)),
      );
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
