import { describe, expect, it } from '@jest/globals';
import { answer } from '../support/http-sink.js';
import type { Sections } from '../support/provision-command.js';
import { lineIn, ProvisionLab } from '../support/provision-lab.js';

describe('fieldline provision', () => {
  const lab = new ProvisionLab();
  const { anotherTenant, get, config, write } = lab;

  it('takes what the lookup knows before the file, and names from it that the file leaves open', async () => {
    const here = { latitude: 52.37, longitude: 4.89, country_name: 'Netherlands', region: 'North Holland' };
    lab.sink.answerAlways(answer(200, JSON.stringify(here), { 'content-type': 'application/json' }));
    write({ location: { lookup: 'true', lookup_url: lab.sink.url }, assets: { country_name: null, state_name: null } });
    const { stdout } = await lab.folder.provision(['--dry-run', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      location: { latitude: 52.37, longitude: 4.89, source: 'lookup' },
      country: { name: 'NETHERLANDS', result: 'would_make' },
      state: { name: 'North Holland', result: 'would_make' },
      notices: [],
    });
  });

  describe('the configuration file', () => {
    it('is nowhere: says where it was looked for', async () => {
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 3, stdout: '' });
      expect(outcome.stderr).toContain('neither data/config/config.properties nor config.properties');
      expect(await lab.folder.provision(['--config', 'no.ini'])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('there is no such file'),
      });
      expect(await lab.folder.provision(['--config', '.'])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('folder'),
      });
    });

    it('lacks keys: names each with its section and line', async () => {
      const text = config({ assets: { device_name: null, serial_number: '' }, location: { latitude: '28,6' } });
      lab.folder.write('config.properties', text.replace(/\[profiles\][^[]*/, ''));
      const { code, stderr } = await lab.folder.provision();
      expect(code).toBe(3);
      const at = (start: string): number => lineIn(lab.folder.read('config.properties'), start);
      expect(stderr).toContain(`config.properties, line ${at('[assets]')}: section [assets] has no key device_name`);
      expect(stderr).toContain(`config.properties, line ${at('serial_number')}: [assets] serial_number is empty`);
      expect(stderr).toContain('there is no section [profiles], and so no state_profile_name in it');
      expect(stderr).toContain(`config.properties, line ${at('latitude')}: [location] latitude must be degrees`);
    });

    it.each([
      ['is no ini', '[thingsboard]\nurl http//x\n', 'line 2: is neither'],
      ['says a key twice', '[thingsboard]\nurl = a\nurl = b\n', 'line 3: [thingsboard] url is already on line 2'],
      ['is half a JSON', '{\n"thingsboard": {\n', 'line 3: is not JSON'],
      ['is UTF-16', Buffer.from('\uFEFF[thingsboard]\n', 'utf16le'), 'not written in UTF-8'],
    ])('%s: says where', async (_, text, words) => {
      lab.folder.write('config.properties', text);
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(words) });
      expect(outcome.stderr).not.toContain(' at ');
    });

    it('has a token that ended and no password: says which key is missing', async () => {
      write({ thingsboard: { token: 'ended', password: null } });
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('names no password') });
      expect(outcome.stderr).toContain('add [thingsboard] password (config.properties, line 1)');
    });

    it('keeps what is in it when the token is refreshed, in the notation of Windows too, and its mode', async () => {
      await anotherTenant();
      const text = `\uFEFF# keep me\r\n${config({ thingsboard: { token: '"ended"' } }).replaceAll('\n', '\r\n')}; and me`;
      lab.folder.write('config.properties', text, 0o640);
      const outcome = await lab.folder.provision(['--json']);
      expect(outcome.code).toBe(0);
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        token: 'refreshed',
        notices: [expect.stringContaining('chmod 600 config.properties')],
      });
      expect(lab.folder.read('config.properties').replace(/^token = "ey[\w.-]+"/m, 'token = "ended"')).toBe(text);
      expect(lab.folder.modeOf('config.properties')).toBe(0o640);
    });

    it('with --dry-run stays as it is', async () => {
      const text = config({ thingsboard: { token: 'ended' } });
      lab.folder.write('config.properties', text);
      expect(await lab.folder.provision(['--dry-run'])).toMatchObject({ code: 0 });
      expect(lab.folder.read('config.properties')).toBe(text);
    });
  });

  describe('a provisioning key', () => {
    const byKey = (key: string): Sections => ({
      thingsboard: { username: null, password: null, token: null, provisioning_key: key },
    });
    const aKey = async (body: object): Promise<string> =>
      (
        await lab.app.http('POST', '/api/v1/provisioning-keys', {
          token: lab.token,
          body: { name: 'a fleet', ...body },
        })
      ).body.key;

    it('is refused: says where it stands, and does not repeat it', async () => {
      write(byKey('flp_0123456789abcdef_notreallyakey'));
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({
        code: 5,
        stdout: '',
        stderr: expect.stringContaining('The provisioning key was refused'),
      });
      expect(outcome.stderr).toContain('[thingsboard] provisioning_key (config.properties, line 3)');
      expect(outcome.stderr).not.toContain('notreallyakey');
    });

    it('is used up: says so', async () => {
      await anotherTenant();
      write(byKey(await aKey({ placement: {}, max_devices: 1 })));
      expect(await lab.folder.provision()).toMatchObject({ code: 0 });
      write({ ...byKey(''), ...byKey(await aKey({ placement: {}, max_devices: 1 })), assets: { serial_number: 'A' } });
      expect(await lab.folder.provision()).toMatchObject({ code: 0 });
      lab.folder.write(
        'config.properties',
        lab.folder.read('config.properties').replace('serial_number = A', 'serial_number = B'),
      );
      expect(await lab.folder.provision()).toMatchObject({
        code: 5,
        stderr: expect.stringContaining('as many devices'),
      });
    });

    it('names a profile that is none: says which', async () => {
      await anotherTenant();
      write(byKey(await aKey({ placement: { state_profile: 'Staat' } })));
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 7, stderr: expect.stringContaining('no place profile named "Staat"') });
    });

    it('places nothing: says what an admin has to do', async () => {
      await anotherTenant();
      write(byKey(await aKey({})));
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({
        code: 8,
        stderr: expect.stringContaining('the provisioning key places no devices'),
      });
      expect(outcome.stderr).toContain('"placement": {}');
    });

    it('registers a device whose serial number is no uuid, the same one each time', async () => {
      await anotherTenant();
      write({ ...byKey(await aKey({ placement: {} })), assets: { serial_number: 'Gerät № 7/b' } });
      const first = JSON.parse((await lab.folder.provision(['--json'])).stdout);
      const second = JSON.parse((await lab.folder.provision(['--json'])).stdout);
      expect(second.device).toEqual({ ...first.device, result: 'found' });
      expect(await get('/api/v1/devices')).toMatchObject([{ serial: 'Gerät № 7/b' }]);
    });
  });

  describe('which device it is', () => {
    const before = async (...devices: object[]): Promise<void> => {
      await anotherTenant();
      for (const body of devices) await lab.app.http('POST', '/api/v1/devices', { token: lab.token, body });
    };

    it.each([
      [
        'two devices of its name',
        [{ name: 'papaya-gateway-01' }, { name: 'PAPAYA-gateway-01' }],
        'there are 2 devices of this name',
      ],
      [
        'its uuid and its serial number on two',
        [
          { name: 'a', uuid: 'u-1' },
          { name: 'b', serial: 'PM-2024-0001' },
        ],
        'has the uuid of the file',
      ],
    ])('is refused where there are %s', async (_, devices, words) => {
      await before(...devices);
      write({ assets: { uuid: 'u-1' } });
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 8, stderr: expect.stringContaining(words) });
      expect(await get('/api/v1/devices')).toHaveLength(devices.length);
    });

    it('is another one where the serial number differs, whatever the name', async () => {
      await before({ name: 'papaya-gateway-01', serial: 'other' });
      write();
      expect(JSON.parse((await lab.folder.provision(['--json'])).stdout)).toMatchObject({ device: { result: 'made' } });
      expect(await get('/api/v1/devices')).toHaveLength(2);
    });

    it('is found by its serial number whatever its name is, and stays where people have put it', async () => {
      await anotherTenant();
      const cellar = (await lab.app.http('POST', '/api/v1/places', { token: lab.token, body: { name: 'Cellar' } }))
        .body;
      const body = { name: 'renamed', serial: 'PM-2024-0001', place_id: cellar.id };
      await lab.app.http('POST', '/api/v1/devices', { token: lab.token, body });
      write();
      const report = JSON.parse((await lab.folder.provision(['--json'])).stdout);
      expect(report).toMatchObject({
        device: { name: 'renamed', found_by: 'serial', changed: ['profile', 'location'] },
        notices: [expect.stringContaining('renamed stands in another place')],
      });
      expect(await get('/api/v1/devices')).toMatchObject([{ place: { name: 'Cellar' } }]);
    });
  });

  describe('its words', () => {
    it('are shown by --help without a file or a server', async () => {
      const outcome = await lab.folder.provision(['--help']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toContain('country_profile_name = Country');
      expect(outcome.stdout).toContain('Exit codes');
    });

    it.each([[['--colour']], [['--timeout', '0']], [['--timeout', 'x']], [['now']]])(
      'refuse %j with the usage',
      async (args) => {
        expect(await lab.folder.provision(args)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('Usage: fieldline provision'),
        });
      },
    );

    it('of a failure are JSON where that was asked for', async () => {
      const outcome = await lab.folder.provision(['--json']);
      expect(outcome.code).toBe(3);
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        outcome: 'failed',
        exit_code: 3,
        error: { kind: 'configuration', what: expect.any(String), cause: expect.any(String), cure: expect.any(String) },
      });
    });
  });
});
