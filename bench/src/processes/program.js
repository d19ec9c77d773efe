import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const startLimitMs = 60_000;
const stopLimitMs = 30_000;

/** A foreign program under measurement: started with a clean environment, its output in a file, ready when it answers. */
export class Program {
  /** When it was found ready, by this process's clock. */
  readyAt = NaN;

  /** @param {string} name @param {import('node:child_process').ChildProcess} child @param {string} logFile */
  constructor(name, child, logFile) {
    this.name = name;
    this.child = child;
    this.logFile = logFile;
  }

  /**
   * @param {object} how
   * @param {string} how.name
   * @param {string} how.file
   * @param {string[]} how.args
   * @param {string} how.logFile
   * @param {Record<string, string>} [how.env]
   * @param {string} [how.cwd]
   * @param {() => Promise<boolean>} how.isReady
   * @param {number} [how.pollMs] how often it is asked whether it is ready
   */
  static async start({ name, file, args, logFile, env = {}, cwd, isReady, pollMs = 100 }) {
    const log = openSync(logFile, 'a');
    const { PATH = '', HOME = '/', LANG = 'C.UTF-8' } = process.env;
    const child = spawn(file, args, { cwd, env: { PATH, HOME, LANG, ...env }, stdio: ['ignore', log, log] });
    closeSync(log);
    const program = new Program(name, child, logFile);
    const failed = new Promise((_, reject) => child.once('error', reject));
    failed.catch(() => undefined);
    await Promise.race([program.#untilReady(isReady, pollMs), failed]);
    program.readyAt = performance.now();
    return program;
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The end of what it wrote, for whoever wonders why. */
  lastWords() {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-12);
    return lines.map((line) => line.slice(0, 300)).join('\n');
  }

  /** The last of its log lines that are more than information, where it writes JSON. */
  complaints() {
    const lines = readFileSync(this.logFile, 'utf8').split('\n');
    const grave = lines.filter((line) => line.startsWith('{') && !/"level":"(info|debug)"/.test(line));
    return grave.slice(-5).map((line) => line.slice(0, 600));
  }

  async stop() {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const patience = new globalThis.AbortController();
    delay(stopLimitMs, undefined, patience).then(
      () => this.child.kill('SIGKILL'),
      () => undefined, // it ended in time
    );
    await ended;
    patience.abort();
  }

  /** @param {() => Promise<boolean>} isReady @param {number} pollMs */
  async #untilReady(isReady, pollMs) {
    const deadline = Date.now() + startLimitMs;
    while (!(await isReady().catch(() => false))) {
      if (this.hasEnded) throw new Error(`${this.name} ended at its start:\n${this.lastWords()}`);
      if (Date.now() > deadline) {
        await this.stop();
        throw new Error(`${this.name} was not ready in ${startLimitMs / 1_000} s:\n${this.lastWords()}`);
      }
      await delay(pollMs);
    }
  }
}

/** A port that was free a moment ago, below those that outgoing connections get. */
export async function freePort() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = 25_500 + Math.floor(Math.random() * 4_000);
    const server = createServer().listen({ host: '127.0.0.1', port, exclusive: true });
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no free port on 127.0.0.1');
}
