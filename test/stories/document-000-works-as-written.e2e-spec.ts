import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const examples = join(root, 'docs/identity');

describe('document 000', () => {
  let server: TestApp;
  let base: string;

  beforeAll(async () => {
    server = await startTestApp({ settings: { identityLocalAccess: true } });
    base = await server.listen();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await call('POST', '/api/v1/device/reset');
  });

  /** As curl in the document: no login, on this machine. */
  async function call(method: string, path: string, body?: unknown): Promise<Body> {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(base + path, { method, ...sent });
    return { status: response.status, ...((await response.json()) as object) };
  }

  it('is walked through from a fresh start to the reset', async () => {
    const fresh = await call('GET', '/api/v1/device');
    expect(fresh).toEqual({ status: 200, uuid: expect.any(String), provisioned: false });

    const provisioned = await call('POST', '/api/v1/device/provision', { deviceName: 'test-device' });
    expect(provisioned).toMatchObject({ message: 'Device provisioned successfully', device: { provisioned: true } });

    const apps = { '1001': { appId: 1001, appName: 'My App', services: [] } };
    expect(await call('POST', '/api/v1/state/target', { apps })).toMatchObject({ target: { apps } });

    const reset = await call('POST', '/api/v1/device/reset');
    expect(reset.device).toEqual({ uuid: fresh.uuid, provisioned: false });
  });

  it('has a Node.js example that runs as it is printed', async () => {
    const preload = join(root, 'test/support/port-3000.js');
    const env = { PATH: process.env['PATH'] ?? '', TEST_PORT: new URL(base).port };
    const ran = async () =>
      (await run(process.execPath, ['--import', preload, join(examples, 'provision.cjs')], { env })).stdout;

    const first = await ran();
    const { uuid } = await call('GET', '/api/v1/device');
    expect(first).toMatch(new RegExp(`^Device: \\{ uuid: '${String(uuid)}', provisioned: false \\}`));
    expect(first).toContain(`message: 'Device provisioned successfully'`);
    expect(first).toContain(`deviceName: 'my-device'`);
    expect(first).toMatch(/Provisioned: true\n$/);

    const again = await ran();
    expect(again).toContain('provisioned: true');
    expect(again).not.toContain('Device provisioned successfully');
  });

  it('is walked through by the script in docs/identity', async () => {
    const env = { PATH: process.env['PATH'] ?? '', FIELDLINE_URL: base };
    const { stdout } = await run(join(examples, 'test-api.sh'), { env });
    expect(stdout.match(/^ok /gm)).toHaveLength(11);
    expect(stdout).not.toContain('FAILED');
  });
});
