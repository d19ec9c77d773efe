import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess } from '../support/server-process.js';

const main = join(import.meta.dirname, '../../src/main.js');
const secretKey = 'a key for tests that is long enough to pass every check';

/** What a start that fails leaves on the terminal. */
function failedStart(env: Record<string, string>): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', ...env }, timeout: 20_000 };
    execFile(process.execPath, [main], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr });
    });
  });
}

describe('a start', () => {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  const env = () => ({ DATABASE_URL: database.url, SECRET_KEY: secretKey, ALLOW_UNSAFE_DATABASE: 'true' });

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  it('with wrong settings names all of them, shows no secret and no stack', async () => {
    const { code, text } = await failedStart({ ...env(), SECRET_KEY: 'hunter2', ROLE: 'both', API_PORT: '-1' });
    expect(code).toBe(1);
    for (const name of ['SECRET_KEY', 'ROLE', 'API_PORT']) expect(text).toContain(`- ${name} is not allowed`);
    expect(text).not.toContain('hunter2');
    expect(text).not.toMatch(/\n\s+at /);
  });

  it('on a database that may lose commits is refused', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c synchronous_commit=off');
    const { code, text } = await failedStart({ ...env(), DATABASE_URL: url.href, ALLOW_UNSAFE_DATABASE: 'false' });
    expect(code).toBe(1);
    expect(text).toMatch(/with (fsync, )?synchronous_commit(, full_page_writes)? off/);
    expect(text).toContain('ALLOW_UNSAFE_DATABASE=true');
    expect(text).not.toMatch(/\n\s+at /);
  });

  it('without a reachable database says so', async () => {
    const { code, text } = await failedStart({ ...env(), DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/x' });
    expect(code).toBe(1);
    expect(text).toContain('database');
    expect(text).not.toContain('hunter2');
  });

  it('on a port that is taken says so', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const taken = { API_HOST: '127.0.0.1', API_PORT: String(port), MIGRATE_ON_START: 'true' };
    const { code, text } = await failedStart({ ...env(), ...taken });
    expect(code).toBe(1);
    expect(text).toContain(`another program listens on 127.0.0.1:${port}`);
    other.close();
  });

  it('migrates when told to, answers, and ends with 0 when asked to', async () => {
    const server = await ServerProcess.start({ ...env(), MIGRATE_ON_START: 'true', LOG_LEVEL: 'info' });
    expect(await server.http('GET', '/api/health')).toMatchObject({ status: 200, body: { status: 'healthy' } });
    expect(await server.stop()).toBe(0);
    const lines = server.log.trim().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    expect(server.log).toContain('Fieldline is ready at http://127.0.0.1:');
    expect(server.log).not.toContain(secretKey);
  });
});

describe('the embedded start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fieldline-start-'));
  chmodSync(dataDir, 0o711);
  const env = {
    DATA_DIR: dataDir,
    SECRET_KEY: '',
    REGISTRATION: '',
    ALLOW_UNSAFE_DATABASE: '',
    EGRESS_ALLOW_CIDRS: '',
  };

  const started: ServerProcess[] = [];
  const start = async () => {
    const server = await ServerProcess.start(env);
    started.push(server);
    return server;
  };

  afterAll(async () => {
    for (const server of started) await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('makes its key and an administrator, tells the password once, and keeps both', async () => {
    const first = await start();
    const [, password = ''] = await eventually(
      () => Promise.resolve(/Sign in as admin@localhost with the password (\S+)/.exec(first.log) ?? undefined),
      'a greeting',
    );
    expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
    const login = { username: 'admin@localhost', password };
    expect(await first.http('POST', '/api/v1/auth/login', { body: login })).toMatchObject({ status: 200 });
    expect(await first.stop()).toBe(0);

    const second = await start();
    expect(second.log).not.toContain('password');
    expect(await second.http('POST', '/api/v1/auth/login', { body: login })).toMatchObject({ status: 200 });
    expect(second.log).toContain('may reach 127.0.0.0/8');
    expect(await second.stop()).toBe(0);
  });
});
