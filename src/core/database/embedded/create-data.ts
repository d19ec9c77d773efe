import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { THE_FOLDER_I_STAND_IN } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { OsAccount } from './os-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runProgram } from './run-program.js';

const INITDB_LIMIT_MS = 120_000;
const HALF_MADE = 'postgres.new-';

export interface NewData {
  dataDir: string;
  pgData: string;
  binaries: PostgresBinaries;
  account: OsAccount | null;
  enclosed: boolean;
  password: string;
  /** Off only where the server runs without fsync as well. */
  sync: boolean;
}

/**
 * Makes the data folder beside its place and renames it when it is whole, so that a start killed in the middle leaves
 * nothing that looks like data.
 */
export async function createData(wanted: NewData): Promise<void> {
  const { dataDir, pgData, account } = wanted;
  await removeHalfMade(dataDir);
  // A name of its own: the initdb of a killed start may still be writing into the last one.
  const fresh = join(dataDir, HALF_MADE + randomBytes(4).toString('hex'));
  await mkdir(fresh, { mode: 0o700 });
  if (account !== null) chownSync(fresh, account.uid, account.gid);
  const { ok, output } = await runInitdb(fresh, wanted);
  if (!ok) {
    await removeHalfMade(dataDir);
    throw initdbFailed(output, dataDir);
  }
  await rename(fresh, pgData);
  if (wanted.sync) await syncFolder(dataDir);
}

async function runInitdb(folder: string, wanted: NewData): Promise<{ ok: boolean; output: string }> {
  const { binaries, account, enclosed, sync } = wanted;
  const password = await openPasswordFile(wanted);
  const args = [
    ...['-D', enclosed ? THE_FOLDER_I_STAND_IN : folder],
    ...['--username=postgres', '--auth=scram-sha-256', '--pwfile=/dev/fd/3'],
    // Sorts by code point, upper and lower case by Unicode, the same on every machine and with no locale installed.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--text-search-config=simple', ...(sync ? [] : ['--no-sync'])],
  ];
  try {
    return await runProgram({
      file: binaries.initdb,
      args,
      cwd: folder,
      account,
      limitMs: INITDB_LIMIT_MS,
      fd: password.fd,
    });
  } finally {
    await password.close();
  }
}

/** initdb wants a file; this one has no name any more when initdb reads it, so no crash leaves it behind. */
async function openPasswordFile({ dataDir, account, password }: NewData): Promise<FileHandle> {
  const path = join(dataDir, 'postgres.secret.initdb');
  await rm(path, { force: true });
  const written = await open(path, 'wx', 0o600);
  await written.writeFile(`${password}\n`);
  if (account !== null) await written.chown(account.uid, account.gid);
  await written.close();
  const file = await open(path, 'r');
  await unlink(path);
  return file;
}

async function removeHalfMade(dataDir: string): Promise<void> {
  const left = (await readdir(dataDir)).filter((name) => name.startsWith(HALF_MADE));
  // maxRetries: the initdb of a killed start may still add files for a moment
  await Promise.all(left.map((name) => rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 10 })));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function initdbFailed(output: string, dataDir: string): EmbeddedPostgresError {
  const advice = output.includes('could not look up effective user ID')
    ? '\nPostgreSQL needs a user that has a line in /etc/passwd: start Fieldline as such a user, or set DATABASE_URL.'
    : '';
  const said = output.split('\n').slice(-8).join('\n');
  return new EmbeddedPostgresError(
    'embedded_postgres.initdb_failed',
    `PostgreSQL could not make its data in ${dataDir}:\n${said}${advice}`,
  );
}
