import { hostname, release, type } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { document004, endOfDocument004, expectedEndOfDocument004 } from '../support/document-004.js';
import { TechnicianFolder } from '../support/provision-command.js';

const systemInfo = `Host: ${hostname()}, OS: ${type()} ${release()}`;
const password = 'a long enough password';

/** Where every way of document 004 ends, as said from this machine. */
const expectedEnd = {
  ...expectedEndOfDocument004,
  devices: expectedEndOfDocument004.devices.map((device) => ({
    ...device,
    latest: { ...device.latest, system_info: systemInfo },
  })),
};

describe('document 004, by `fieldline provision`', () => {
  let app: TestApp;
  let url: string;
  let folder: TechnicianFolder;
  let user: { username: string; password: string };
  let read: (path: string) => Promise<Body>;

  beforeAll(async () => {
    app = await startTestApp();
    url = await app.listen();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    const { email, token } = await app.signUp();
    user = { username: email, password };
    read = async (path) => (await app.http('GET', path, { token })).body;
    folder = new TechnicianFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  it('ends where the document ends, and a second run changes nothing and says so', async () => {
    const text = `; of the gateway in Delhi\n${folder.config(url, user)}`;
    folder.write('data/config/config.properties', text);
    const first = await folder.provision();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('INDIA: made');
    expect(first.stdout).toContain(`Done: INDIA → Delhi → ${document004.device.name} is provisioned.`);
    expect(await endOfDocument004(read)).toEqual(expectedEnd);

    const saved = folder.read('data/config/config.properties');
    expect(saved.replace(/^token = \S+$/m, 'token = ')).toBe(text);
    expect(folder.modeOf('data/config/config.properties')).toBe(0o600);

    const audit = await read('/api/v1/audit');
    const second = await folder.provision();
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain('the token of the file is valid');
    expect(second.stdout).toContain('Nothing was changed');
    expect(folder.read('data/config/config.properties')).toBe(saved);
    expect(await read('/api/v1/audit')).toEqual(audit);
    expect(await endOfDocument004(read)).toEqual(expectedEnd);
    const [device] = await read('/api/v1/devices');
    const history = await read(`/api/v1/devices/${device.id}/history`);
    expect(history.filter(({ event }: Body) => event === 'telemetry')).toHaveLength(1);
  });

  it('ends there with a file of JSON as well', async () => {
    const ini = folder.config(url, user);
    const sections: Record<string, Record<string, string>> = {};
    let section = '';
    for (const line of ini.split('\n')) {
      const [, header] = /^\[(.+)\]$/.exec(line) ?? [];
      const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
      if (header !== undefined) section = header;
      if (key !== undefined) sections[section] = { ...sections[section], [key]: value ?? '' };
    }
    folder.write('config.properties', JSON.stringify(sections, null, 2));
    const done = await folder.provision(['--json', '--show-token']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const report = JSON.parse(done.stdout);
    expect(report).toMatchObject({
      outcome: 'changed',
      config_file: 'config.properties',
      token: 'refreshed',
      country: { name: 'INDIA', result: 'made' },
      state: { name: document004.state, result: 'made' },
      device: { name: document004.device.name, result: 'made' },
      first_telemetry: 'sent',
      access_token: expect.stringMatching(/^[A-Za-z0-9]{20}$/),
    });
    expect(await endOfDocument004(read)).toEqual(expectedEnd);
    const saved = JSON.parse(folder.read('config.properties'));
    expect(saved.thingsboard.token).toMatch(/^ey/);
    expect({ ...saved, thingsboard: { ...saved.thingsboard, token: '' } }).toEqual(sections);
  });

  it('ends there with a provisioning key and no account, in one call, and the second run says that nothing was changed', async () => {
    const token = (await app.http('POST', '/api/v1/auth/login', { body: user })).body.access_token;
    const body = { name: 'gateways', placement: {} };
    const { key } = (await app.http('POST', '/api/v1/provisioning-keys', { token, body })).body;
    const account = { username: null, password: null, token: null, provisioning_key: key };
    const profiles = { country_profile_name: null, state_profile_name: null, device_profile_name: null };
    const text = folder.config(url, user, { thingsboard: account, profiles });
    folder.write('config.properties', text);
    expect((await folder.provision(['--dry-run'])).code).toBe(0);
    expect(await read('/api/v1/devices')).toEqual([]);
    const first = await folder.provision(['--json', '--show-token']);
    expect(JSON.parse(first.stdout)).toMatchObject({
      outcome: 'changed',
      way: 'provisioning_key',
      country: { name: 'INDIA', result: 'made' },
      state: { name: document004.state, result: 'made' },
      device: { name: document004.device.name, result: 'made' },
      first_telemetry: 'sent',
      access_token: expect.stringMatching(/^[A-Za-z0-9]{20}$/),
    });
    expect(await endOfDocument004(read)).toEqual(expectedEnd);

    const audit = await read('/api/v1/audit');
    const second = await folder.provision();
    expect(second).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Nothing was changed') });
    expect(await read('/api/v1/audit')).toEqual(audit);
    expect(await endOfDocument004(read)).toEqual(expectedEnd);
    expect(folder.read('config.properties')).toBe(text);
  });

  it('goes on where a run was cut off, whatever is there already', async () => {
    folder.write('config.properties', folder.config(url, user));
    const dry = await folder.provision(['--dry-run']);
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('Dry run: nothing was changed') });
    expect(await read('/api/v1/places')).toEqual([]);
    expect(await read('/api/v1/devices')).toEqual([]);
    expect(folder.read('config.properties')).toBe(folder.config(url, user));

    const token = (await app.http('POST', '/api/v1/auth/login', { body: user })).body.access_token;
    const [profile] = await read('/api/v1/place-profiles?name=Country');
    await app.http('POST', '/api/v1/places', { token, body: { name: 'INDIA', profile_id: profile.id } });
    await app.http('POST', '/api/v1/devices', { token, body: { name: document004.device.name.toUpperCase() } });
    const rest = await folder.provision(['--json']);
    expect(JSON.parse(rest.stdout)).toMatchObject({
      outcome: 'changed',
      country: { result: 'found' },
      state: { result: 'made' },
      device: { result: 'changed', found_by: 'name', changed: ['serial', 'profile', 'place', 'location'] },
      first_telemetry: 'sent',
    });
    const end = await endOfDocument004(read);
    expect(end.tree[0]?.contains[0]?.devices).toEqual([document004.device.name.toUpperCase()]);
  });
});
