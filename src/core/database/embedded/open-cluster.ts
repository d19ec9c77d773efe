import { lchownSync, type Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../../errors/error-code.js';
import { Cluster } from './cluster.js';
import { createData } from './create-data.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { accountOfOwner, asRoot, candidateAccounts, canEnter, checkCanBecome, type OsAccount } from './os-account.js';
import { keepPassword, newPassword, readPassword } from './password-file.js';
import { PostgresBinaries, programPlacesOutside } from './postgres-binaries.js';
import { runProgram } from './run-program.js';

type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

/** Finds the data under DATA_DIR or makes it: checks its version, whose it is, and that its user reaches everything. */
export async function openCluster(
  dataDir: string,
  sync: boolean,
  log: Log,
): Promise<{ cluster: Cluster; password: string }> {
  const installed = PostgresBinaries.locate();
  const pgData = join(dataDir, 'postgres');
  const found = await findData(pgData);
  if (found !== null) await checkVersion(pgData, installed);

  const account = asRoot ? chooseAccount(dataDir, found, installed) : null;
  if (account === null) checkOwner(pgData, found);
  else checkCanBecome(account);
  const enclosed = account !== null && !canEnter(dataDir, account);
  if (enclosed) checkProc(dataDir, account);
  const binaries = account === null ? installed : await reachable(installed, account, enclosed ? [] : [dataDir], log);

  let password = await readPassword(dataDir);
  if (found === null) {
    password ??= newPassword();
    await keepPassword(dataDir, password);
    log(
      'info',
      `making PostgreSQL ${binaries.version} data in ${pgData}${account === null ? '' : ` for the user ${account.name}`}`,
    );
    await createData({ dataDir, pgData, binaries, account, enclosed, password, sync });
  } else if (account !== null && found.uid !== account.uid) {
    log('info', `giving ${pgData} to the user ${account.name}: PostgreSQL refuses to run as root`);
    await giveTo(account, pgData);
  }
  const cluster = new Cluster(dataDir, pgData, binaries, account, enclosed);
  password ??= await resetPassword(cluster, log);
  return { cluster, password };
}

/** Null when there is none yet; an empty folder is none. */
async function findData(pgData: string): Promise<Stats | null> {
  try {
    const found = await stat(pgData);
    return (await readdir(pgData)).length === 0 ? null : found;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function checkVersion(pgData: string, { major }: PostgresBinaries): Promise<void> {
  const made = (await readFile(join(pgData, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (made === major) return;
  if (made === '') {
    throw new EmbeddedPostgresError(
      'embedded_postgres.not_a_cluster',
      `${pgData} holds files, but no PostgreSQL data (no readable PG_VERSION). Restore it from a backup, or move it away to begin with empty data.`,
    );
  }
  throw new EmbeddedPostgresError(
    'embedded_postgres.other_version',
    `${pgData} holds data of PostgreSQL ${made}; this release of Fieldline runs PostgreSQL ${major}, which cannot read it. ` +
      `To take it along: start a PostgreSQL ${made} on that folder and run its pg_dump (--format=custom) on the database "fieldline", ` +
      'move the folder away, start this release once and stop it, and pg_restore the dump. ' +
      `Or go back to the release that made it, or set DATABASE_URL to a server of your own.`,
  );
}

/** Data keeps the user it has; new data goes to the first who can reach both it and the programs. */
function chooseAccount(dataDir: string, found: Stats | null, binaries: PostgresBinaries): OsAccount {
  if (found !== null && found.uid !== 0) return accountOfOwner(found.uid, found.gid);
  const candidates = candidateAccounts(dataDir);
  const entering = candidates.filter((account) => canEnter(dataDir, account));
  const chosen = entering.find((account) => binaries.runAs(account)) ?? entering[0] ?? candidates[0];
  if (chosen !== undefined) return chosen;
  throw new EmbeddedPostgresError(
    'embedded_postgres.no_account',
    'PostgreSQL refuses to run as root, and /etc/passwd has neither "postgres" nor "nobody" to run it as. ' +
      'Add a user (useradd --system postgres), start Fieldline as an unprivileged user, or set DATABASE_URL.',
  );
}

function checkOwner(pgData: string, found: Stats | null): void {
  const ownUid = process.geteuid?.();
  if (found === null || ownUid === undefined || found.uid === ownUid) return;
  throw new EmbeddedPostgresError(
    'embedded_postgres.data_dir_unusable',
    `${pgData} belongs to the user with id ${found.uid}, and Fieldline runs as the one with id ${ownUid}. ` +
      'Start it as that user or as root, or give the folder to this one (chown -R).',
  );
}

function checkProc(dataDir: string, account: OsAccount): void {
  if (process.platform === 'linux') return;
  throw new EmbeddedPostgresError(
    'embedded_postgres.data_dir_unusable',
    `PostgreSQL refuses to run as root, and the user ${account.name} may not enter ${dataDir} or a folder above it. ` +
      'Choose a DATA_DIR that every user may enter, start Fieldline as an unprivileged user, or set DATABASE_URL.',
  );
}

async function reachable(
  installed: PostgresBinaries,
  account: OsAccount,
  inside: string[],
  log: Log,
): Promise<PostgresBinaries> {
  if (installed.runAs(account)) return installed;
  const copy = await installed.copiedFor(account, [...inside, ...programPlacesOutside()]);
  log('info', `the user ${account.name} cannot run programs in ${installed.folder}; using the copy in ${copy.folder}`);
  return copy;
}

async function giveTo({ uid, gid }: OsAccount, folder: string): Promise<void> {
  lchownSync(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true })) lchownSync(join(folder, entry), uid, gid);
}

/** Who may write the data folder owns the database anyway; so a lost password file need not cost the data. */
async function resetPassword(cluster: Cluster, log: Log): Promise<string> {
  if (cluster.findPostmaster() !== null) {
    throw new EmbeddedPostgresError(
      'embedded_postgres.password_refused',
      `DATA_DIR/postgres.secret is missing while a PostgreSQL runs on this data (pid ${cluster.readPid()?.pid ?? 0}). ` +
        'Restore the file, or stop that server (kill -INT) and start again: a new password will be set.',
    );
  }
  log('warn', 'postgres.secret is missing; setting a new password');
  await cluster.clearRemains();
  const password = newPassword();
  const { binaries, account, pgData, pgDataArgument } = cluster;
  const args = ['--single', '-D', pgDataArgument, 'postgres'];
  const input = `ALTER ROLE postgres PASSWORD '${password}'\n`;
  await runProgram({ file: binaries.postgres, args, cwd: pgData, account, limitMs: 120_000, input });
  await keepPassword(cluster.dataDir, password);
  return password;
}
