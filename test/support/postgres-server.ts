import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../src/core/database/embedded/embedded-postgres.js';

let server: EmbeddedPostgres | null = null;
let guard: ChildProcess | null = null;

/**
 * The one PostgreSQL of a whole test run, its address in TEST_DATABASE_URL: the one that DATABASE_URL names, or a fresh
 * embedded one in a temporary folder. The role may create databases.
 */
export async function startTestPostgres(): Promise<void> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    process.env['TEST_DATABASE_URL'] = given;
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'fieldline-test-postgres-'));
  chmodSync(dataDir, 0o711);
  guard = cleanUpAfterUs(dataDir);
  server = await EmbeddedPostgres.start({ dataDir, log: reportTrouble, settings: forTests });
  process.env['TEST_DATABASE_URL'] = server.url;
}

export async function stopTestPostgres(): Promise<void> {
  await server?.stop();
  guard?.stdin?.end();
}

/**
 * Nothing here survives the machine anyway. synchronous_commit stays on: tests kill PostgreSQL and count what was answered.
 */
const forTests = { fsync: 'off', full_page_writes: 'off', max_connections: '300', max_wal_size: '4GB' };

function reportTrouble(level: 'info' | 'warn' | 'error', message: string): void {
  if (level !== 'info') process.stderr.write(`${message}\n`);
}

/**
 * Its stdin closes whatever way this process ends, Ctrl-C and kill -9 included, and then server and folder go as well:
 * our server by design outlives its parent.
 */
function cleanUpAfterUs(dataDir: string): ChildProcess {
  const script = `
    cat
    if pid=$(head -n 1 "$1/postgres/postmaster.pid" 2>&-); then
      kill -QUIT "$pid"
      left=50; while [ $left -gt 0 ] && kill -0 "$pid" 2>&-; do left=$((left - 1)); sleep 0.1; done
    fi
    rm -rf "$1"`;
  return spawn('/bin/sh', ['-c', script, 'sh', dataDir], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}
