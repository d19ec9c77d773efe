import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodeOf } from '../../errors/error-code.js';
import { FolderInUse } from '../../locks/folder-in-use.js';
import { FolderLock } from '../../locks/folder-lock.js';
import { DatabaseAccess } from './database-access.js';
import { EmbeddedPostgresError, errorText, inUse } from './embedded-postgres.error.js';
import { type Launched, Launcher } from './launcher.js';
import { openCluster } from './open-cluster.js';
import { postgresSettings } from './postgres-settings.js';
import type { Postmaster } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  /** DATA_DIR; the data goes into its folder `postgres`. */
  dataDir: string;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** PostgreSQL settings that replace ours, by name. */
  settings?: Readonly<Record<string, string>>;
}

/** A server that ran this long had a good start; its end is not the start's fault, and the next one need not wait. */
const GOOD_RUN_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LOG_CHECK_MS = 600_000;

/**
 * Runs PostgreSQL of our own under DATA_DIR: starts, supervises and stops it.
 *
 * One process holds one DATA_DIR. When that process is killed its server lives on, and the next start takes it over; when
 * the server is killed it is started again on the same port, so that `url` holds for as long as this object does.
 */
export class EmbeddedPostgres {
  private readonly listeners: (() => void)[] = [];
  private readonly stopping = new AbortController();
  private readonly supervision: Promise<void>;
  private readonly logCheck: NodeJS.Timeout;
  private postmaster: Postmaster;
  private startedAt = performance.now();
  private stopped: Promise<void> | null = null;

  private constructor(
    /** postgresql://fieldline:<password>@127.0.0.1:<port>/fieldline */
    readonly url: string,
    private readonly launcher: Launcher,
    private readonly launched: Launched,
    private readonly lock: FolderLock,
    private readonly log: EmbeddedPostgresOptions['log'],
  ) {
    this.postmaster = launched.postmaster;
    this.supervision = this.supervise();
    this.logCheck = setInterval(() => {
      launcher.trimLog();
    }, LOG_CHECK_MS).unref();
  }

  static async start({ dataDir, log, settings = {} }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    try {
      const folder = await openFolder(dataDir);
      const lock = await FolderLock.acquire(folder, 'postgres.lock');
      try {
        const all = { ...postgresSettings, ...settings };
        const { cluster, password } = await openCluster(folder, all['fsync'] !== 'off', log);
        const access = new DatabaseAccess(password);
        const launcher = new Launcher(cluster, access, all, log);
        const launched = await launcher.launch();
        return new EmbeddedPostgres(access.url(launched.port), launcher, launched, lock, log);
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      throw inWords(error, dataDir);
    }
  }

  /** The server's process; another one after each restart. */
  get pid(): number {
    return this.postmaster.pid;
  }

  /** Called each time the server was started again after it had died, when it can be reached. */
  onRestart(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Fast shutdown: cuts connections, keeps everything committed; returns when the server is gone. */
  stop(): Promise<void> {
    this.stopped ??= this.shutDown();
    return this.stopped;
  }

  private async shutDown(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.logCheck);
    await this.postmaster.stop();
    await this.supervision;
    await this.lock.release();
  }

  private async supervise(): Promise<void> {
    for (let failures = 0; ;) {
      const how = await this.postmaster.ended;
      if (this.stopping.signal.aborted) return;
      failures = performance.now() - this.startedAt > GOOD_RUN_MS ? 0 : failures;
      this.log('error', `PostgreSQL ended by itself (${how}); starting it again`);
      while (!(await this.startAgain(failures++))) {
        if (this.isStopping()) return;
      }
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async startAgain(failures: number): Promise<boolean> {
    const { signal } = this.stopping;
    try {
      await delay(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), undefined, { signal });
      this.postmaster = await this.launcher.startOn(this.launched.port, signal);
    } catch (error) {
      if (!signal.aborted) this.log('error', `PostgreSQL could not be started again: ${errorText(error)}`);
      return false;
    }
    if (signal.aborted) {
      await this.postmaster.stop();
      return true;
    }
    this.startedAt = performance.now();
    this.log('warn', `PostgreSQL runs again (pid ${this.postmaster.pid})`);
    this.tellListeners();
    return true;
  }

  private tellListeners(): void {
    for (const listener of this.listeners) {
      try {
        listener();
      } catch (error) {
        this.log('error', `a listener to the restart of PostgreSQL failed: ${errorText(error)}`);
      }
    }
  }
}

async function openFolder(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  // Others may walk through, as PostgreSQL's user must when we are root, but not look around.
  await mkdir(path, { recursive: true, mode: 0o711 });
  return realpath(path);
}

const folderTroubles = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENOTDIR', 'a part of the path is a file'],
  ['EEXIST', 'it is a file'],
  ['ENOENT', 'a folder cannot be made there'],
  ['EBUSY', 'its folder postgres is a mount of its own; mount DATA_DIR as a whole'],
  ['EIO', 'the disk reports an error'],
]);

function inWords(error: unknown, dataDir: string): unknown {
  if (error instanceof FolderInUse) return inUse(error.folder, error.holder);
  const trouble = folderTroubles.get(errorCodeOf(error) ?? '');
  if (error instanceof EmbeddedPostgresError || trouble === undefined) return error;
  return new EmbeddedPostgresError(
    'embedded_postgres.data_dir_unusable',
    `DATA_DIR ${resolve(dataDir)} cannot be used: ${trouble} (${errorText(error)}). ` +
      'Choose another DATA_DIR or set this right, or set DATABASE_URL to a PostgreSQL of your own.',
    { cause: error },
  );
}
