import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canRunUs, EmbeddedPostgresLab, kill, query, untilRestarted } from '../support/embedded-postgres-lab.js';

const asRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

let lab: EmbeddedPostgresLab;

beforeEach(() => {
  lab = new EmbeddedPostgresLab();
});

afterEach(() => lab.close());

(asRoot ? describe : describe.skip)('as root', () => {
  it('runs PostgreSQL as an unprivileged user', async () => {
    const server = await lab.start();
    expect(statSync(`/proc/${server.pid}`).uid).toBeGreaterThan(0);
    expect(statSync(join(lab.dataDir, 'postgres')).uid).toBe(statSync(`/proc/${server.pid}`).uid);
  });

  it('runs it below a folder that this user may not enter', async () => {
    chmodSync(lab.dataDir, 0o700);
    lab.dataDir = join(lab.dataDir, 'closed');
    const first = await lab.start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await untilRestarted(first, () => process.kill(first.pid, 'SIGKILL'));
    await first.stop();
    const second = await lab.start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([[42]]);
  });

  it('takes over a server below such a folder too', async () => {
    chmodSync(lab.dataDir, 0o700);
    const { child, answer } = await lab.startInChild();
    await kill(child);
    const server = await lab.start();
    expect(server.pid).toBe(answer.pid);
  });

  it('gives data that belongs to root to that user', async () => {
    await (await lab.start()).stop();
    for (const entry of ['', ...readdirSync(join(lab.dataDir, 'postgres'))])
      chownSync(join(lab.dataDir, 'postgres', entry), 0, 0);
    const server = await lab.start();
    expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
    expect(lstatSync(join(lab.dataDir, 'postgres', 'base')).uid).toBeGreaterThan(0);
  });
});

(asRoot && canRunUs(nobody) ? describe : describe.skip)('as a plain user', () => {
  it('runs it as that user, and root may go on with the data', async () => {
    chownSync(lab.dataDir, nobody.uid, nobody.gid);
    const { child, answer } = await lab.startInChild(nobody);
    expect(answer.message).toBeUndefined();
    expect(statSync(`/proc/${answer.pid ?? 0}`).uid).toBe(nobody.uid);
    await query(answer.url ?? '', 'CREATE TABLE kept AS SELECT 42 AS answer');
    child.stdin.end();
    await once(child, 'exit');
    const server = await lab.start();
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([[42]]);
    expect(statSync(join(lab.dataDir, 'postgres')).uid).toBe(nobody.uid);
  });

  it('says what is wrong with a folder it may not write to', async () => {
    const { answer } = await lab.startInChild(nobody);
    expect(answer.code).toBe('embedded_postgres.data_dir_unusable');
    expect(answer.message).toContain(`DATA_DIR ${lab.dataDir} cannot be used: permission denied`);
  });

  it('says whose data it is when it is not its own', async () => {
    const other = join(lab.dataDir, 'postgres');
    mkdirSync(other, { mode: 0o755 });
    writeFileSync(join(other, 'PG_VERSION'), '18\n');
    chownSync(lab.dataDir, nobody.uid, nobody.gid);
    const { answer } = await lab.startInChild(nobody);
    expect(answer.message).toContain('belongs to the user with id 0');
  });
});
