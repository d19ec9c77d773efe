import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const program = join(import.meta.dirname, '../../src/cli/fieldline.js');

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real command, as a process of its own that knows nothing of the server but its address. */
function simulate(...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env['PATH'] };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'simulate', ...args], { env, cwd: '/' }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

describe('fieldline simulate', () => {
  let app: TestApp;
  let url: string;
  let token: string;
  let key: string;
  const folder = mkdtempSync(join(tmpdir(), 'fieldline-simulate-'));

  beforeAll(async () => {
    app = await startTestApp();
    url = await app.listen();
    ({ token } = await app.signUp());
    key = await aKey(['read', 'write']);
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  const aKey = async (scopes: string[]): Promise<string> =>
    String((await app.http('POST', '/api/v1/api-keys', { token, body: { name: scopes.join(), scopes } })).body.key);
  const get = async (path: string): Promise<Body> => (await app.http('GET', path, { token })).body;

  it('makes devices that a viewer of sensors sees, and the second time goes on with the same', async () => {
    const first = await simulate('--url', `${url}/`, '--key', key, '--devices', '2', '--every', '0', '--count', '3');
    expect(first).toEqual({
      code: 0,
      stdout: `2 devices send to ${url}; see ${url}/api/v1/sensors/latest\n6 messages were sent, 0 were not taken.\n`,
      stderr: '',
    });
    const seen = await eventually(async () => {
      const latest = await get('/api/v1/sensors/latest');
      return Object.keys(latest).length === 8 ? latest : undefined;
    }, 'the readings of two devices');
    expect(seen['Simulated sensor 1.temperature']).toEqual({
      value: expect.any(Number),
      unit: '°C',
      timestamp: expect.stringMatching(/Z$/),
      device_id: expect.any(String),
    });
    writeFileSync(join(folder, 'key'), `${key}\n`);
    const second = await simulate('--url', url, '--key-file', join(folder, 'key'), '--devices', '2', '--count', '1');
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('2 messages were sent') });
    const devices = await get('/api/v1/devices?sort=name');
    expect(devices.map(({ serial }: Body) => serial)).toEqual(['SIM-0001', 'SIM-0002']);
    const events = await get(`/api/v1/devices/${devices[0].id}/history`);
    expect(events.filter(({ event }: Body) => event === 'telemetry')).toHaveLength(4);
    expect(await get('/api/v1/device-profiles?name=simulated')).toHaveLength(1);
  });

  it('says what the server said when it may not', async () => {
    const outcome = await simulate('--url', url, '--key', await aKey(['ingest']), '--count', '1');
    expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('/api/v1/device-profiles') });
    expect(outcome.stderr).not.toContain(' at ');
    const nowhere = await simulate('--url', 'http://127.0.0.1:9', '--key', key);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('no answer from http://127.0.0.1:9') });
  });

  it.each([
    ['no key', []],
    ['two keys', ['--key', 'a', '--key-file', 'b']],
    ['what it does not know', ['--key', 'a', '--colour', 'red']],
    ['no device', ['--key', 'a', '--devices', '0']],
    ['no address', ['--key', 'a', '--url', 'localhost']],
    ['half a message', ['--key', 'a', '--count', '1.5']],
  ])('refuses %s with its usage', async (_, args) => {
    expect(await simulate(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Usage: fieldline simulate'),
    });
  });
});
