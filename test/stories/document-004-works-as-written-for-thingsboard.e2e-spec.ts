import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { document004, endOfDocument004, expectedEndOfDocument004 } from '../support/document-004.js';

const script = join(import.meta.dirname, 'document-004-thingsboard.js');
const password = 'a long enough password';

let server: TestApp;
let url: string;
let folder: string;

beforeAll(async () => {
  server = await startTestApp({ settings: { thingsboardApi: true } });
  url = await server.listen();
  folder = mkdtempSync(join(tmpdir(), 'fieldline-document-004-'));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the document says to write, for one person. */
function aConfig(username: string, given: { password?: string; stateProfile?: string } = {}): string {
  const path = join(folder, `${username}.properties`);
  const { country, state, device, location, profiles, systemInfo } = document004;
  const lines = [
    ...[
      '[thingsboard]',
      `url = ${url}`,
      `username = ${username}`,
      `password = ${given.password ?? password}`,
      'token =',
    ],
    ...['[profiles]', `country_profile_name = ${profiles.country}`],
    ...[`state_profile_name = ${given.stateProfile ?? profiles.state}`, `device_profile_name = ${profiles.device}`],
    ...['[assets]', `country_name = ${country}`, `state_name = ${state}`, `serial_number = ${device.serial}`],
    ...[`device_name = ${device.name}`, `system_info = ${systemInfo}`],
    ...['[location]', `latitude = ${location.latitude}`, `longitude = ${location.longitude}`, ''],
  ];
  writeFileSync(path, lines.join('\n'));
  return path;
}

function run(config: string): Promise<{ code: unknown; said: string[]; error: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, config], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, said: stdout.trim().split('\n'), error: stderr.trim() });
    });
  });
}

describe('document 004, by a script that was written for ThingsBoard', () => {
  it('runs against an empty server, and a second time changes nothing', async () => {
    const person = await server.signUp();
    const read = async (path: string): Promise<Body> => (await server.http('GET', path, { token: person.token })).body;
    const config = aConfig(person.email);
    expect(await run(config)).toEqual({
      code: 0,
      said: [
        'token fetched',
        'asset INDIA',
        'asset Delhi',
        'relation ASSET',
        `device ${document004.device.name}`,
        'relation DEVICE',
        'telemetry sent',
      ],
      error: '',
    });
    expect(await endOfDocument004(read)).toEqual(expectedEndOfDocument004);
    const [state] = await read('/api/v1/places?name=Delhi');
    expect(state).toMatchObject({ location: document004.location, attributes: document004.location });

    const changes = async () =>
      ((await read('/api/v1/audit?limit=1000')) as { action: string }[]).map((one) => one.action);
    const before = await changes();
    expect(await run(config)).toEqual({ code: 0, said: ['token stored', 'telemetry sent'], error: '' });
    expect(await endOfDocument004(read)).toEqual(expectedEndOfDocument004);
    expect(await changes()).toEqual(['device_access_token.read', ...before]);
  }, 30_000);

  it('gets a token where the stored one is good for nothing', async () => {
    const person = await server.signUp();
    const config = aConfig(person.email);
    await run(config);
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^token = .*$/m, 'token = eyJhbGciOiJub25lIn0.e30.x'));
    expect(await run(config)).toEqual({ code: 0, said: ['token fetched', 'telemetry sent'], error: '' });
  }, 30_000);

  it('is told what the document’s table says', async () => {
    const person = await server.signUp();
    const wrong = await run(aConfig(person.email, { password: 'not the password' }));
    expect(wrong).toMatchObject({ code: 1, error: 'POST /api/auth/login: 401 Invalid username or password (10)' });
    const unknown = await run(aConfig(person.email, { stateProfile: 'Bundesland' }));
    expect(unknown).toMatchObject({ code: 1, error: 'profile Bundesland not found' });

    const viewer = {
      email: `viewer-of-${person.email}`,
      role: 'viewer',
      username: `viewer-${person.email.split('@')[0]}`,
    };
    await server.http('POST', '/api/v1/users', { token: person.token, body: { ...viewer, password } });
    const forbidden = await run(aConfig(viewer.email));
    expect(forbidden).toMatchObject({
      code: 1,
      error: "POST /api/asset: 403 You don't have permission to perform this operation! (20)",
    });
  }, 30_000);
});
