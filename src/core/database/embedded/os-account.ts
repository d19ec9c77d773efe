import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The user PostgreSQL runs as; null means as ourselves. PostgreSQL refuses to run as root. */
export interface OsAccount {
  name: string;
  uid: number;
  gid: number;
}

export const asRoot = process.geteuid?.() === 0;

/** Users that a root process may hand the data to, best first. */
export function candidateAccounts(dataDir: string): OsAccount[] {
  const known = readAccounts();
  const named = (name: string): OsAccount[] => known.filter((account) => account.name === name);
  const owning = (uid: number | null): OsAccount[] => known.filter((account) => account.uid === uid);
  const found = [
    ...owning(statSync(dataDir).uid),
    ...named('postgres'),
    ...named('_postgres'),
    // sudo in somebody's home directory: only that somebody may walk through it
    ...owning(ownerAbove(dataDir)),
    ...named('nobody'),
  ];
  return found.filter((account) => account.uid !== 0);
}

/** The user a folder belongs to, for data that already has its user. */
export function accountOfOwner(uid: number, gid: number): OsAccount {
  return readAccounts().find((account) => account.uid === uid) ?? { name: `uid ${uid}`, uid, gid };
}

/** Asks the system itself, because modes, ACLs and mounts all have a say in it. */
export function canEnter(folder: string, account: OsAccount): boolean {
  const { uid, gid } = account;
  const tried = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { uid, gid, cwd: '/', env: {}, stdio: 'ignore' });
  return tried.status === 0;
}

/** Throws where root has no right to change its user: a rootless container, dropped capabilities. */
export function checkCanBecome(account: OsAccount): void {
  const { uid, gid } = account;
  const { error } = spawnSync('/bin/sh', ['-c', ':'], { uid, gid, cwd: '/', env: {}, stdio: 'ignore' });
  if (error === undefined) return;
  throw new EmbeddedPostgresError(
    'embedded_postgres.no_account',
    `PostgreSQL refuses to run as root, and this process may not change to the user ${account.name} (${error.message}). ` +
      'Start Fieldline as an unprivileged user, or set DATABASE_URL to a PostgreSQL of your own.',
    { cause: error },
  );
}

function readAccounts(): OsAccount[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    // chown and setuid take no negative numbers, as macOS writes them for nobody
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

function ownerAbove(folder: string): number | null {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const { uid } = statSync(at);
    if (uid !== 0) return uid;
    if (at === dirname(at)) return null;
  }
}
