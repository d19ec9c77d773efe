import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import type { DatabaseAccess } from './database-access.js';
import { EmbeddedPostgresError, errorText } from './embedded-postgres.error.js';
import { Postmaster } from './postmaster.js';
import { toArguments } from './postgres-settings.js';
import { ServerLog } from './server-log.js';

/** Replaying 1 GB of WAL on a slow card is the longest honest start. */
const START_LIMIT_MS = 300_000;
const TRIES = 5;
/** Below the range from which systems give out ports to outgoing connections. */
const PORTS = { from: 15_432, to: 25_432 };

export interface Launched {
  postmaster: Postmaster;
  port: number;
}

/** Brings the server up once: takes over the one that lives or starts one, and waits until the product can log in. */
export class Launcher {
  private readonly serverLog: ServerLog;

  constructor(
    private readonly cluster: Cluster,
    private readonly access: DatabaseAccess,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly log: (level: 'info' | 'warn' | 'error', message: string) => void,
  ) {
    this.serverLog = new ServerLog(cluster.dataDir);
  }

  async launch(): Promise<Launched> {
    let port = await this.keptPort();
    for (let tries = 1; ; tries++) {
      const adopted = await this.takeOver();
      if (adopted !== null) return adopted;
      try {
        const postmaster = await this.startOn(port);
        writeFileSync(this.portFile, `${port}\n`);
        return { postmaster, port };
      } catch (error) {
        const reason = errorText(error);
        const portTaken = reason.includes('Address already in use');
        // The server of a start that was killed a moment ago may have come up first.
        if (tries === TRIES || !(portTaken || reason.includes('postmaster.pid'))) throw error;
        if (portTaken) port = await freePort();
      }
    }
  }

  /** Starts on a port that is already known to the product's pools. */
  async startOn(port: number, signal?: AbortSignal): Promise<Postmaster> {
    await this.cluster.clearRemains();
    const args = toArguments({ ...this.settings, port: String(port), cluster_name: this.cluster.name });
    const postmaster = await this.serverLog
      .use((fd) => Postmaster.spawn(this.cluster, args, fd))
      .catch((error: unknown) => {
        throw new EmbeddedPostgresError(
          'embedded_postgres.start_failed',
          `PostgreSQL did not start: ${errorText(error)}`,
          { cause: error },
        );
      });
    try {
      if (await this.untilReady(postmaster, port, signal)) return postmaster;
    } catch (error) {
      await postmaster.stop();
      throw error;
    }
    throw new EmbeddedPostgresError(
      'embedded_postgres.start_failed',
      `PostgreSQL did not start (${postmaster.hasEnded ?? ''}):\n${this.serverLog.complaints()}`,
    );
  }

  trimLog(): void {
    this.serverLog.trim();
  }

  private async takeOver(): Promise<Launched | null> {
    const living = this.cluster.findPostmaster();
    if (living === null || living.port === null) return null;
    const { pid, port } = living;
    const postmaster = Postmaster.adopt(pid);
    // False: the last process was just shutting it down.
    if (!(await this.untilReady(postmaster, port))) return null;
    this.log('info', `took over the PostgreSQL that an earlier Fieldline left running (pid ${pid})`);
    return { postmaster, port };
  }

  /** False as soon as the process has ended. */
  private async untilReady(postmaster: Postmaster, port: number, signal?: AbortSignal): Promise<boolean> {
    const begun = performance.now();
    while (postmaster.hasEnded === null) {
      signal?.throwIfAborted();
      const written = this.cluster.readPid();
      if (written?.pid === postmaster.pid && written.status === 'ready' && (await this.access.isReady(port)))
        return true;
      if (performance.now() - begun > START_LIMIT_MS) throw this.tookTooLong();
      await delay(10);
    }
    return false;
  }

  private tookTooLong(): EmbeddedPostgresError {
    const problem =
      this.access.lastProblem === null ? '' : `; the last attempt to log in: ${errorText(this.access.lastProblem)}`;
    return new EmbeddedPostgresError(
      'embedded_postgres.start_timeout',
      `PostgreSQL was not ready within ${START_LIMIT_MS / 1000} s${problem}\n${this.serverLog.complaints()}`,
    );
  }

  private async keptPort(): Promise<number> {
    try {
      const kept = Number.parseInt(readFileSync(this.portFile, 'utf8'), 10);
      if (kept > 0 && kept < 65_536 && (await isFree(kept))) return kept;
    } catch {
      // the first start
    }
    return freePort();
  }

  private get portFile(): string {
    return join(this.cluster.dataDir, 'postgres.port');
  }
}

async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError(
    'embedded_postgres.start_failed',
    `no free port between ${PORTS.from} and ${PORTS.to} on 127.0.0.1`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
