import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../src/core/database/embedded/embedded-postgres.js';
import { guardFolder } from './folder-guard.js';

let server: EmbeddedPostgres | null = null;
let guard: { release: () => void } | null = null;

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
  guard = guardFolder(dataDir);
  server = await EmbeddedPostgres.start({ dataDir, log: reportTrouble, settings: forTests });
  process.env['TEST_DATABASE_URL'] = server.url;
}

export async function stopTestPostgres(): Promise<void> {
  await server?.stop();
  guard?.release();
}

/**
 * Nothing here survives the machine anyway. synchronous_commit stays on: tests kill PostgreSQL and count what was answered.
 */
const forTests = { fsync: 'off', full_page_writes: 'off', max_connections: '300', max_wal_size: '4GB' };

function reportTrouble(level: 'info' | 'warn' | 'error', message: string): void {
  if (level !== 'info') process.stderr.write(`${message}\n`);
}
