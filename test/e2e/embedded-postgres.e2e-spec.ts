import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { findRunningServer } from '../../src/core/database/embedded/find-running-server.js';
import { commandLine, findByTitle, isRunning } from '../../src/core/database/embedded/process-table.js';
import { EmbeddedPostgresLab, kill, query, until, untilRestarted } from '../support/embedded-postgres-lab.js';

let pristine: EmbeddedPostgresLab;
let lab: EmbeddedPostgresLab;

beforeAll(async () => {
  pristine = new EmbeddedPostgresLab();
  const server = await pristine.start();
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await server.stop();
});

beforeEach(() => {
  lab = new EmbeddedPostgresLab();
});

afterEach(() => lab.close());
afterAll(() => pristine.close());

describe('a first start', () => {
  it('makes a UTF-8 database that anybody with the url can use, and no superuser', async () => {
    const server = await lab.start();
    expect(server.url).toMatch(/^postgresql:\/\/fieldline:[\w-]{40,}@127\.0\.0\.1:\d+\/fieldline$/);
    const [row] = await query(
      server.url,
      `SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale, lower('ÄÖ') < 'ö', rolsuper, rolcreatedb
         FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user`,
    );
    expect(row).toEqual(['UTF8', 'b', 'C.UTF-8', true, false, true]);
  });

  it('runs durably when it is not told otherwise', async () => {
    const server = await lab.start({});
    const shown = await query(
      server.url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'data_checksums')",
    );
    expect(Object.fromEntries(shown)).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      data_checksums: 'on',
    });
  });

  it('lets the product make the trigram extension', async () => {
    const server = await lab.start();
    await query(server.url, 'CREATE EXTENSION pg_trgm');
    expect(await query(server.url, "SELECT 'warehouse' % 'warehouze'")).toEqual([[true]]);
  });

  it('keeps the password in a file for nobody else, and lets nobody in without it', async () => {
    const server = await lab.start();
    const file = join(lab.dataDir, 'postgres.secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(server.url).toContain(readFileSync(file, 'utf8').trim());
    const wrong = server.url.replace(/:[^:@]+@/, ':guess@');
    await expect(query(wrong, 'SELECT')).rejects.toMatchObject({ code: '28P01' });
  });

  it('leaves no process, no lock and no half-made folder behind', async () => {
    const server = await lab.start();
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
    expect(readdirSync(lab.dataDir).sort()).toEqual(['postgres', 'postgres.log', 'postgres.port', 'postgres.secret']);
  });
});

describe('a further start', () => {
  beforeEach(() => {
    lab.copyFrom(pristine);
  });

  it('finds its data under the same address', async () => {
    const first = await lab.start();
    await first.stop();
    const second = await lab.start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([[42]]);
  });

  it('moves to another port when its own was taken meanwhile', async () => {
    const first = await lab.start();
    await first.stop();
    const port = Number(new URL(first.url).port);
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    lab.cleanups.push(() => squatter.close());
    const second = await lab.start();
    expect(new URL(second.url).port).not.toBe(String(port));
    expect(await query(second.url, 'SELECT 1')).toEqual([[1]]);
  });

  it('is found by a command that runs beside the server', async () => {
    expect(await findRunningServer(lab.dataDir)).toBeNull();
    const server = await lab.start();
    expect(await findRunningServer(lab.dataDir)).toBe(server.url);
  });

  it('sets a new password when the file with it is lost', async () => {
    const first = await lab.start();
    await first.stop();
    rmSync(join(lab.dataDir, 'postgres.secret'));
    const second = await lab.start();
    expect(second.url).not.toBe(first.url);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([[42]]);
  });

  it('says what to do when the file holds another password', async () => {
    await (await lab.start()).stop();
    writeFileSync(join(lab.dataDir, 'postgres.secret'), 'not-it\n');
    await expect(lab.start()).rejects.toMatchObject({
      code: 'embedded_postgres.password_refused',
      message: expect.stringContaining('postgres.secret'),
    });
  });

  it('redoes an initdb that was killed in the middle', async () => {
    lab.dataDir = join(lab.dataDir, 'fresh');
    mkdirSync(lab.dataDir);
    const child = lab.spawnChild();
    await until(() => readdirSync(lab.dataDir).some((name) => name.startsWith('postgres.new-')));
    await kill(child);
    expect(existsSync(join(lab.dataDir, 'postgres'))).toBe(false);
    const server = await lab.start();
    expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
    expect(readdirSync(lab.dataDir).filter((name) => name.startsWith('postgres.new-'))).toEqual([]);
  });

  it('refuses data of another major version and says how to take it along', async () => {
    await (await lab.start()).stop();
    writeFileSync(join(lab.dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(lab.start()).rejects.toMatchObject({
      code: 'embedded_postgres.other_version',
      message: expect.stringMatching(/PostgreSQL 17.*PostgreSQL 18.*pg_dump/s),
    });
  });

  it('refuses a folder with other files in it', async () => {
    lab.dataDir = join(lab.dataDir, 'fresh');
    mkdirSync(join(lab.dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(lab.dataDir, 'postgres', 'notes.txt'), 'mine');
    await expect(lab.start()).rejects.toMatchObject({ code: 'embedded_postgres.not_a_cluster' });
    expect(readFileSync(join(lab.dataDir, 'postgres', 'notes.txt'), 'utf8')).toBe('mine');
  });

  it("tells PostgreSQL's own reason when it does not come up", async () => {
    await (await lab.start()).stop();
    rmSync(join(lab.dataDir, 'postgres', 'global', 'pg_control'));
    await expect(lab.start()).rejects.toMatchObject({
      code: 'embedded_postgres.start_failed',
      message: expect.stringContaining('pg_control'),
    });
    expect(readdirSync(lab.dataDir)).not.toContain('postgres.lock');
  });
});

describe('when PostgreSQL is killed', () => {
  beforeEach(() => {
    lab.copyFrom(pristine);
  });

  it('starts it again on the same port, with everything that was committed', async () => {
    const server = await lab.start();
    const killed = server.pid;
    const begun = performance.now();
    await untilRestarted(server, () => process.kill(killed, 'SIGKILL'));
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(server.pid).not.toBe(killed);
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([[42]]);
    expect(lab.messages).toContain('PostgreSQL ended by itself (SIGKILL); starting it again');
  });

  it('does not wait for a backend that goes on working without it', async () => {
    const server = await lab.start();
    const busy = new pg.Client({ connectionString: server.url });
    busy.on('error', () => undefined);
    await busy.connect();
    const working = busy.query('SELECT sum(i) FROM generate_series(1, 1000000000) AS s(i)');
    const failed = expect(working).rejects.toThrow();
    await until(() =>
      findByTitle('postgres: fieldline-').some((pid) => commandLine(pid).join(' ').includes(' SELECT')),
    );
    await untilRestarted(server, () => process.kill(server.pid, 'SIGKILL'));
    await failed;
    expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
  });

  it('starts it again each time, and not after stop', async () => {
    const server = await lab.start();
    await untilRestarted(server, () => process.kill(server.pid, 'SIGKILL'));
    await untilRestarted(server, () => process.kill(server.pid, 'SIGQUIT'));
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
    await expect(query(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('goes on when a listener throws', async () => {
    const server = await lab.start();
    server.onRestart(() => {
      throw new Error('not my day');
    });
    await untilRestarted(server, () => process.kill(server.pid, 'SIGKILL'));
    expect(lab.messages.join()).toContain('not my day');
  });

  it('can be stopped while it is being started again', async () => {
    const server = await lab.start();
    process.kill(server.pid, 'SIGKILL');
    await until(() => lab.messages.some((message) => message.includes('starting it again')));
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
  });
});

describe('when we are killed', () => {
  beforeEach(() => {
    lab.copyFrom(pristine);
  });

  async function killedServer(): Promise<{ url: string; pid: number }> {
    const { child, answer } = await lab.startInChild();
    const { url = '', pid = 0 } = answer;
    await kill(child);
    return { url, pid };
  }

  it('takes over the server that lives on', async () => {
    const { url, pid } = await killedServer();
    const server = await lab.start();
    expect(server.pid).toBe(pid);
    expect(server.url).toBe(url);
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([[42]]);
    await server.stop();
    expect(isRunning(pid)).toBe(false);
  });

  it('supervises the server it took over like its own', async () => {
    const { pid } = await killedServer();
    const server = await lab.start();
    await untilRestarted(server, () => process.kill(pid, 'SIGKILL'));
    expect(server.pid).not.toBe(pid);
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([[42]]);
  });

  it('starts anew when the server was killed as well', async () => {
    const { url, pid } = await killedServer();
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid));
    const server = await lab.start();
    expect(server.url).toBe(url);
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([[42]]);
  });

  it('is not misled by a pid file whose number now belongs to another program', async () => {
    const { pid } = await killedServer();
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid));
    const file = join(lab.dataDir, 'postgres', 'postmaster.pid');
    const other = spawn('/bin/sleep', ['60'], { uid: statSync(file).uid, gid: statSync(file).gid, stdio: 'ignore' });
    lab.cleanups.push(() => other.kill());
    await once(other, 'spawn');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(other.pid)));
    const server = await lab.start();
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([[42]]);
    expect(other.exitCode).toBeNull();
  });

  it('is not misled by an empty pid file', async () => {
    await (await lab.start()).stop();
    writeFileSync(join(lab.dataDir, 'postgres', 'postmaster.pid'), '');
    const server = await lab.start();
    expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
  });
});

describe('two starts on one DATA_DIR', () => {
  beforeEach(() => {
    lab.copyFrom(pristine);
  });

  it('refuses the second and names the first', async () => {
    const server = await lab.start();
    const { answer } = await lab.startInChild();
    expect(answer.code).toBe('embedded_postgres.in_use');
    expect(answer.message).toContain(`another Fieldline server (pid ${process.pid}) uses this DATA_DIR`);
    expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
  });

  it('lets exactly one of two in that come at the same moment', async () => {
    const both = await Promise.all([lab.startInChild(), lab.startInChild()]);
    const codes = both.map(({ answer }) => answer.code).sort();
    expect(codes).toEqual(['embedded_postgres.in_use', undefined]);
  });

  it('waits for nobody after the first was killed', async () => {
    const { child } = await lab.startInChild();
    await kill(child);
    const begun = performance.now();
    await lab.start();
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it('refuses while another container on the same folder gives signs of life', async () => {
    const mark = join(lab.dataDir, 'postgres.lock');
    const beat = setInterval(() => {
      writeFileSync(mark, 'another-boot net:[1]\npid 7\n');
    }, 50);
    lab.cleanups.push(() => {
      clearInterval(beat);
    });
    await until(() => existsSync(mark));
    await expect(lab.start()).rejects.toMatchObject({
      code: 'embedded_postgres.in_use',
      message: expect.stringContaining('pid 7 in another container'),
    });
  });
});
