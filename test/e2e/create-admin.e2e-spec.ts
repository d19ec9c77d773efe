import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase } from '../support/database.js';

const program = join(import.meta.dirname, '../../src/cli/fieldline.js');
const password = 'a long enough password';

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real command, as a process of its own. */
function fieldline(databaseUrl: string, ...args: string[]): Promise<Outcome> {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    SECRET_KEY: 'another key for tests that is long enough',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, cwd: '/' }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.close());

describe('fieldline create-admin', () => {
  it('makes a superuser who is admin of the default tenant; a second time it says that there is one', async () => {
    const first = await fieldline(server.database.url, 'create-admin', 'Root@Example.com', 'root', password);
    expect(first).toEqual({
      code: 0,
      stdout: 'root <root@example.com> is a superuser now and can log in.\n',
      stderr: '',
    });
    const login = await server.http('POST', '/api/v1/auth/login', { body: { username: 'root', password } });
    const me = await server.http('GET', '/api/v1/auth/me', { token: String(login.body.access_token) });
    expect(me.body).toMatchObject({ email: 'root@example.com', is_superuser: true, role: 'admin' });
    const [tenant] = await server.database.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'default'`);
    expect(me.body).toHaveProperty('tenant_id', tenant?.id);

    const second = await fieldline(server.database.url, 'create-admin', 'root@example.com', 'root', password);
    expect(second).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('exists already') });
    expect(await server.database.query('SELECT 1 FROM users WHERE is_superuser')).toHaveLength(1);
  });

  it('names every fault of the account', async () => {
    const outcome = await fieldline(server.database.url, 'create-admin', 'no address', 'a b', 'short');
    expect(outcome.code).toBe(1);
    for (const field of ['email', 'username', 'password']) expect(outcome.stderr).toContain(`${field}: `);
    expect(outcome.stderr).not.toContain(' at ');
  });

  it('shows its usage for other arguments', async () => {
    for (const args of [[], ['a@b.c'], ['a@b.c', 'name', password, 'more']]) {
      const outcome = await fieldline(server.database.url, 'create-admin', ...args);
      expect(outcome).toMatchObject({
        code: 2,
        stderr: 'Usage: fieldline create-admin <email> <username> <password>\n',
      });
    }
  });

  it('says what is missing where the database has no tables, or is away', async () => {
    const empty = await createEmptyDatabase();
    const untouched = await fieldline(empty.url, 'create-admin', 'root@example.com', 'root', password);
    expect(untouched).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run migration:run') });
    await empty.drop();
    const away = await fieldline(
      'postgresql://a:b@127.0.0.1:1/none',
      'create-admin',
      'root@example.com',
      'root',
      password,
    );
    expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL') });
  });
});

describe('fieldline', () => {
  it('lists its commands', async () => {
    expect(await fieldline('', '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('create-admin <email>'),
    });
    expect(await fieldline('', 'make-coffee')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no command "make-coffee"'),
    });
  });
});
