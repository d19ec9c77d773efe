import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { cleanEnvironment } from './postgres-binaries.js';
import { isRunning } from './process-table.js';

/** Fast shutdown writes a checkpoint; with 1 GB of WAL on a slow card that takes its time. */
const FAST_LIMIT_MS = 30_000;
const IMMEDIATE_LIMIT_MS = 10_000;
const POLL_MS = 100;

/** One running PostgreSQL server: our child, or one that an earlier process of ours left behind. */
export class Postmaster {
  private how: string | null = null;

  private constructor(
    readonly pid: number,
    /** Says how it ended, once it has. */
    readonly ended: Promise<string>,
  ) {
    void ended.then((how) => (this.how = how));
  }

  get hasEnded(): string | null {
    return this.how;
  }

  /** In a session of its own: Ctrl-C in our terminal must not stop it before us, nor our death kill it in mid-write. */
  static async spawn(cluster: Cluster, args: readonly string[], logFd: number): Promise<Postmaster> {
    const { binaries, account, pgData, pgDataArgument } = cluster;
    const ids = account === null ? {} : { uid: account.uid, gid: account.gid };
    const child = spawn(binaries.postgres, ['-D', pgDataArgument, ...args], {
      ...ids,
      cwd: pgData,
      env: cleanEnvironment,
      detached: true,
      stdio: ['ignore', logFd, logFd],
    });
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(signal ?? `exit code ${code ?? 0}`);
      });
    });
    await once(child, 'spawn');
    child.unref();
    return new Postmaster(child.pid ?? 0, ended);
  }

  static adopt(pid: number): Postmaster {
    const ended = new Promise<string>((resolve) => {
      const watch = setInterval(() => {
        if (isRunning(pid)) return;
        clearInterval(watch);
        resolve('gone');
      }, POLL_MS).unref();
    });
    return new Postmaster(pid, ended);
  }

  /** Fast shutdown: connections are cut, everything committed is kept. Immediate when that takes too long: kept as well. */
  async stop(): Promise<void> {
    if (await this.signalAndWait('SIGINT', FAST_LIMIT_MS)) return;
    if (await this.signalAndWait('SIGQUIT', IMMEDIATE_LIMIT_MS)) return;
    await this.signalAndWait('SIGKILL', IMMEDIATE_LIMIT_MS);
  }

  private async signalAndWait(signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    try {
      if (this.how === null) process.kill(this.pid, signal);
    } catch {
      // it ended between two looks
    }
    // Waits for the news and not only for the death: a child that nobody waits for keeps no process alive.
    while (this.how === null) {
      if (performance.now() > deadline) return false;
      await delay(10);
    }
    return true;
  }
}
