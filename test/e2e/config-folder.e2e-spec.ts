import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthService } from '../../src/modules/auth/auth.service.js';
import { ConfigFolder } from '../../src/modules/configs/files/config-folder.service.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const mac = 'a4-cf-12-6b-00-7e';
const other = 'a4-cf-12-6b-00-7f';

let folder: string;
let database: TestDatabase;
let apps: TestApp[];
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldline-configs-'));
  database = await createTestDatabase();
  apps = [];
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A server on the folder, with a user of the default tenant. */
async function start(configsDir: string | null = folder): Promise<TestApp> {
  const app = await startTestApp({ database, settings: { configsDir: configsDir ?? undefined } });
  apps.push(app);
  const [known] = await database.query<{ id: string }>('SELECT id FROM users LIMIT 1');
  if (known === undefined) {
    const account = { email: 'op@example.com', username: 'operator', password: 'a long enough password' };
    await app.app.get(AuthService).createAdministrator(account);
  }
  const body = { username: 'operator', password: 'a long enough password' };
  token = String((await app.http('POST', '/api/v1/auth/login', { body })).body.access_token);
  return app;
}

const pathOf = (name: string): string => join(folder, `${name}.json`);
const write = (name: string, content: unknown): void => {
  writeFileSync(pathOf(name), typeof content === 'string' ? content : JSON.stringify(content));
};
const onDisk = (name = mac): Body => JSON.parse(readFileSync(pathOf(name), 'utf8'));
const names = (): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
const look = (app: TestApp): Promise<void> => app.app.get(ConfigFolder).look();
const get = (app: TestApp, name = mac) => app.http('GET', `/api/configs/${name}`, { token });
const put = (app: TestApp, content: unknown, name = mac) =>
  app.http('PUT', `/api/configs/${name}`, { token, body: { content } });
const revisions = async (app: TestApp, name = mac): Promise<Body[]> =>
  (await app.http('GET', `/api/configs/${name}/revisions`, { token })).body as Body[];
/** So long ago that nobody doubts it. */
const longAgo = (name = mac): void => {
  utimesSync(pathOf(name), 1_600_000_000, 1_600_000_000);
};

describe('the folder of configs', () => {
  it('is imported at the start, and what cannot be read is left as it is', async () => {
    write(mac, { deviceName: 'Hall' });
    write(other, '{"half": ');
    write('a4-cf-12-6b-00-80', '[1]');
    writeFileSync(join(folder, 'README.json'), '{}');
    writeFileSync(pathOf('AA-BB-CC-DD-EE-FF'), '{}');
    const app = await start();
    expect((await get(app)).body).toMatchObject({ content: { deviceName: 'Hall' }, version: 1 });
    expect(await revisions(app)).toMatchObject([{ by: 'file', by_id: null, revision: 1 }]);
    expect((await app.http('GET', '/api/configs', { token })).body.count).toBe(1);
    expect(readFileSync(pathOf(other), 'utf8')).toBe('{"half": ');
    expect(names()).toHaveLength(5);
    expect((await app.http('GET', '/api/health')).body.status).toBe('healthy');
  });

  it('has each save before it is answered, whole and readable', async () => {
    const app = await start();
    await put(app, { deviceName: 'Bad', z: 1, a: 2 });
    expect(readFileSync(pathOf(mac), 'utf8')).toBe('{\n  "deviceName": "Bad",\n  "z": 1,\n  "a": 2\n}\n');
    await put(app, { deviceName: 'Küche' });
    expect(onDisk()).toEqual({ deviceName: 'Küche' });
    await app.http('DELETE', `/api/configs/${mac}`, { token });
    expect(names()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['.fieldline-folder']);
  });

  it('makes a revision of what is changed by hand without being asked, and none of what is only spelled differently', async () => {
    const app = await start();
    await put(app, { a: 1, b: 2 });
    write(mac, { a: 1, b: 3 });
    await eventually(async () => ((await get(app)).body.version === 2 ? true : undefined), 'a revision by file');
    expect((await revisions(app))[0]).toMatchObject({ by: 'file', current: true });
    write(mac, '{"b":3,\n\n"a":1}');
    await look(app);
    await look(app);
    expect((await get(app)).body.version).toBe(2);
    const rows = await database.query<{ actor_kind: string; reason: string }>(
      `SELECT actor_kind, reason FROM audit_log WHERE action = 'config.updated'`,
    );
    expect(rows).toEqual([{ actor_kind: 'system', reason: expect.stringContaining('by hand') }]);
  });

  it('deletes what is removed by hand, and brings it back by a restore', async () => {
    const app = await start();
    await put(app, { a: 1 });
    rmSync(pathOf(mac));
    await look(app);
    expect((await get(app)).status).toBe(404);
    expect((await revisions(app))[0]).toMatchObject({ by: 'file', deleted: true });
    await app.http('POST', `/api/configs/${mac}/revisions/1/restore`, { token });
    expect(onDisk()).toEqual({ a: 1 });
    await look(app);
    expect((await get(app)).body.version).toBe(3);
  });

  it('finds at its start what was changed and removed while it was away', async () => {
    const first = await start();
    await put(first, { a: 1 });
    await put(first, { a: 1 }, other);
    await first.close();
    apps = [];
    write(mac, { a: 2 });
    rmSync(pathOf(other));
    const app = await start();
    expect((await get(app)).body).toMatchObject({ content: { a: 2 }, version: 2 });
    expect((await get(app, other)).status).toBe(404);
  });

  it('skips a bad file, and overwrites it with what is saved later', async () => {
    const app = await start();
    await put(app, { a: 1 });
    write(mac, '{"a": ');
    await look(app);
    expect((await get(app)).body).toMatchObject({ content: { a: 1 }, version: 1 });
    expect(readFileSync(pathOf(mac), 'utf8')).toBe('{"a": ');
    longAgo();
    await put(app, { a: 2 });
    expect(onDisk()).toEqual({ a: 2 });
    expect((await revisions(app)).map(({ by }) => by)).toEqual(['user', 'user']);
  });

  it('skips a file that its profile’s schema refuses', async () => {
    const app = await start();
    const profile = await app.http('POST', '/api/v1/device-profiles', {
      token,
      body: { name: 'p', config_schema: { required: ['ssid'] } },
    });
    await app.http('POST', '/api/v1/devices', { token, body: { name: 'd', mac, profile_id: profile.body.id } });
    write(mac, { a: 1 });
    await look(app);
    expect((await get(app)).status).toBe(404);
    write(mac, { ssid: 'x' });
    await look(app);
    expect((await get(app)).body.content).toEqual({ ssid: 'x' });
  });

  it('lets the newer win where both were changed, and keeps the other as a revision', async () => {
    const first = await start();
    await put(first, { v: 'old' });
    await first.close();
    const away = await start(null);
    await put(away, { v: 'saved' });
    write(mac, { v: 'by hand, before that' });
    longAgo();
    await away.close();
    apps = [];
    const app = await start();
    expect((await get(app)).body).toMatchObject({ content: { v: 'saved' }, version: 2 });
    expect(onDisk()).toEqual({ v: 'saved' });
    expect(await revisions(app)).toMatchObject([
      { revision: 3, by: 'file', current: false },
      { revision: 2, by: 'user', current: true },
      { revision: 1 },
    ]);
    const beside = await app.http('GET', `/api/configs/${mac}/revisions/3`, { token });
    expect(beside.body.content).toEqual({ v: 'by hand, before that' });
    expect((await put(app, { v: 'next' })).body.version).toBe(4);
  });

  it('takes an empty mount point for another folder, and deletes nothing for it', async () => {
    const app = await start();
    await put(app, { a: 1 });
    renameSync(folder, `${folder}-unmounted`);
    await look(app);
    expect((await get(app)).status).toBe(200);
    expect((await app.http('GET', '/api/health')).body).toMatchObject({
      status: 'degraded',
      checks: { config_folder: 'degraded' },
    });
    mkdirSync(folder);
    await look(app);
    expect((await get(app)).body.version).toBe(1);
    expect(onDisk()).toEqual({ a: 1 });
    rmSync(folder, { recursive: true });
    renameSync(`${folder}-unmounted`, folder);
    await look(app);
    await look(app);
    expect((await revisions(app)).map(({ revision }) => revision)).toEqual([1]);
    expect((await app.http('GET', '/api/health')).body.status).toBe('healthy');
  });

  it('is shared by two servers that do not fight', async () => {
    const [one, two] = [await start(), await start()];
    for (let n = 1; n <= 5; n += 1) {
      await put(n % 2 === 0 ? one : two, { n });
      await Promise.all([look(one), look(two)]);
    }
    write(mac, { n: 'by hand' });
    await Promise.all([look(one), look(two)]);
    await Promise.all([look(one), look(two)]);
    expect((await revisions(one)).map(({ by }) => by)).toEqual(['file', 'user', 'user', 'user', 'user', 'user']);
    expect(onDisk()).toEqual({ n: 'by hand' });
  });

  it('may be one for each server: what is changed in one is in all', async () => {
    const second = mkdtempSync(join(tmpdir(), 'fieldline-configs-'));
    try {
      const [one, two] = [await start(), await start(second)];
      await put(one, { n: 1 });
      await look(two);
      expect(JSON.parse(readFileSync(join(second, `${mac}.json`), 'utf8'))).toEqual({ n: 1 });
      writeFileSync(join(second, `${mac}.json`), '{"n":2}');
      await look(two);
      await look(one);
      expect(onDisk()).toEqual({ n: 2 });
      expect((await revisions(one)).map(({ by }) => by)).toEqual(['file', 'user']);
    } finally {
      await Promise.all(apps.map((app) => app.close()));
      apps = [];
      rmSync(second, { recursive: true, force: true });
    }
  });

  it('is the default tenant’s alone', async () => {
    const app = await start();
    const { token: stranger } = await app.signUp();
    await app.http('PUT', `/api/configs/${other}`, { token: stranger, body: { content: { a: 1 } } });
    await look(app);
    expect(names()).toEqual([]);
    write(mac, { a: 1 });
    await look(app);
    expect((await app.http('GET', `/api/configs/${mac}`, { token: stranger })).status).toBe(404);
  });

  it('loses what a dead process left behind, and nothing of a living one', async () => {
    const leftover = join(folder, `.${mac}.json.0123456789abcdef.tmp`);
    const fresh = join(folder, `.${mac}.json.0123456789abcde0.tmp`);
    writeFileSync(leftover, '{"half"');
    utimesSync(leftover, 1_600_000_000, 1_600_000_000);
    writeFileSync(fresh, '{"half"');
    await start();
    expect(readdirSync(folder).sort()).toEqual([`.${mac}.json.0123456789abcde0.tmp`, '.fieldline-folder']);
  });
});
