import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/core/database/embedded/embedded-postgres.js';
import { guardFolder } from './folder-guard.js';

const childScript = fileURLToPath(new URL('embedded-postgres-child.js', import.meta.url));
const quick = { fsync: 'off', shared_buffers: '16MB' };

/** What a child process answered to its start: an address, or why not. */
export interface Answer {
  url?: string;
  pid?: number;
  code?: string;
  message?: string;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A DATA_DIR of one test, with the servers and processes started on it; `close` ends them all and removes it. */
export class EmbeddedPostgresLab {
  readonly messages: string[] = [];
  readonly cleanups: (() => unknown)[] = [];
  private readonly root = mkdtempSync(join(tmpdir(), 'fieldline-embedded-'));
  private readonly guard = guardFolder(this.root);
  dataDir = this.root;

  constructor() {
    chmodSync(this.root, 0o711);
  }

  async start(settings: Record<string, string> = quick): Promise<EmbeddedPostgres> {
    const log = (_level: string, message: string): void => void this.messages.push(message);
    const server = await EmbeddedPostgres.start({ dataDir: this.dataDir, log, settings });
    this.cleanups.push(() => server.stop());
    return server;
  }

  /** Data as another lab left it, without the second that initdb takes. */
  copyFrom(other: EmbeddedPostgresLab): void {
    execFileSync('cp', ['-a', `${other.dataDir}/.`, this.dataDir]);
  }

  /** Another process that starts on the same folder. */
  async startInChild(user: { uid?: number; gid?: number } = {}): Promise<{ child: Child; answer: Answer }> {
    const child = this.spawnChild(user);
    let said = '';
    for await (const text of child.stdout) {
      said += String(text);
      if (said.includes('\n')) break;
    }
    return { child, answer: JSON.parse(said) as Answer };
  }

  spawnChild(user: { uid?: number; gid?: number } = {}): Child {
    const child = spawn(process.execPath, [childScript, this.dataDir], { ...user, stdio: ['pipe', 'pipe', 'inherit'] });
    this.cleanups.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    });
    return child;
  }

  async close(): Promise<void> {
    for (const cleanup of this.cleanups.reverse()) await cleanup();
    rmSync(this.root, { recursive: true, force: true });
    this.guard.release();
  }
}

/** False where the project lies in a folder that only root may enter. */
export function canRunUs(user: { uid: number; gid: number }): boolean {
  return spawnSync(process.execPath, ['--check', childScript], { ...user, cwd: '/' }).status === 0;
}

export async function kill(child: Child): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Does what makes PostgreSQL end, and waits until it was started again. */
export async function untilRestarted(server: EmbeddedPostgres, act: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    server.onRestart(resolve);
    act();
  });
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

export async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return result.rows;
  } finally {
    await client.end();
  }
}
