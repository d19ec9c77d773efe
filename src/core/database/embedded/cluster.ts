import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodeOf } from '../../errors/error-code.js';
import type { OsAccount } from './os-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { parsePostmasterPid, type PostmasterPid, withPidOfNobody } from './postmaster-pid.rules.js';
import { commandLine, findByTitle, isRunning } from './process-table.js';

/** A folder below which its user may not walk, seen by a process that was put into it before it became that user. */
export const THE_FOLDER_I_STAND_IN = '/proc/self/cwd';

/** Killed processes are gone within this, or hang in the kernel. */
const ORPHANS_LIMIT_MS = 5_000;

/** The data of one PostgreSQL, ready to be served: where it lies, whose it is, and which processes belong to it. */
export class Cluster {
  /** Part of the command line and of every backend's title: by it we know our processes, whatever their pid. */
  readonly name: string;

  constructor(
    readonly dataDir: string,
    readonly pgData: string,
    readonly binaries: PostgresBinaries,
    readonly account: OsAccount | null,
    private readonly enclosed: boolean,
  ) {
    const { dev, ino } = statSync(pgData);
    this.name = `fieldline-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 12)}`;
  }

  get pgDataArgument(): string {
    return this.enclosed ? THE_FOLDER_I_STAND_IN : this.pgData;
  }

  /** What postmaster.pid says, true or not. */
  readPid(): PostmasterPid | null {
    return parsePostmasterPid(this.readPidFile() ?? '');
  }

  /** The postmaster that serves this data now, started by whomever. */
  findPostmaster(): PostmasterPid | null {
    const written = this.readPid();
    if (written === null || !isRunning(written.pid)) return null;
    const words = commandLine(written.pid);
    const isServer = words[0]?.endsWith('postgres') === true;
    return isServer && words.some((word) => word === `cluster_name=${this.name}` || word === this.pgData)
      ? written
      : null;
  }

  /**
   * Clears the way after a crash. Backends that outlived their postmaster are ended: they hold the shared memory, and no
   * new server starts beside it. Nor does it beside a pid file that is empty, or whose number is another program's by now,
   * or a zombie's.
   */
  async clearRemains(): Promise<void> {
    const text = this.readPidFile();
    if (text === null || this.findPostmaster() !== null) return;
    const deadline = performance.now() + ORPHANS_LIMIT_MS;
    for (let orphans = this.findOrphans(); orphans.length > 0; orphans = this.findOrphans()) {
      for (const pid of orphans) kill(pid);
      if (performance.now() > deadline) break;
      await delay(20);
    }
    if (parsePostmasterPid(text) === null) rmSync(this.pidFile);
    else writeFileSync(this.pidFile, withPidOfNobody(text));
  }

  private findOrphans(): number[] {
    return findByTitle(`postgres: ${this.name}: `);
  }

  private readPidFile(): string | null {
    try {
      return readFileSync(this.pidFile, 'utf8');
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  private get pidFile(): string {
    return join(this.pgData, 'postmaster.pid');
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}
