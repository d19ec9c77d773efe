import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { serverCertificate, serverKey, testAuthority } from '../support/certificates.js';
import { answer, HttpSink, neverAnswer, reset, type Answer } from '../support/http-sink.js';
import { TechnicianFolder, type Sections } from '../support/provision-command.js';

const password = 'a long enough password';

describe('fieldline provision', () => {
  let app: TestApp;
  let url: string;
  let user: { username: string; password: string };
  let token: string;
  /** For whoever makes nothing. */
  let idle: { user: typeof user; token: string };
  let folder: TechnicianFolder;
  let sink: HttpSink;

  beforeAll(async () => {
    app = await startTestApp();
    url = await app.listen();
    await anotherTenant();
    idle = { user, token };
    sink = await HttpSink.start();
  });
  afterAll(async () => {
    await sink.close();
    await app.close();
  });
  beforeEach(() => {
    folder = new TechnicianFolder();
    sink.clear();
    sink.script();
    sink.answerAlways(answer(200));
    ({ user, token } = idle);
  });
  afterEach(() => {
    folder.remove();
  });

  const anotherTenant = async (): Promise<void> => {
    const signedUp = await app.signUp();
    token = signedUp.token;
    user = { username: signedUp.email, password };
  };
  const get = async (path: string): Promise<Body> => (await app.http('GET', path, { token })).body;
  const config = (sections: Sections = {}): string => folder.config(url, user, sections);
  const write = (sections: Sections = {}): string => folder.write('config.properties', config(sections));
  const lineIn = (text: string, start: string): number =>
    text.split('\n').findIndex((line) => line.startsWith(start)) + 1;
  const nothingMade = async (): Promise<void> => {
    expect([await get('/api/v1/places'), await get('/api/v1/devices')]).toEqual([[], []]);
  };
  /** Hands everything on to the server, after what the script says. */
  const proxied: Answer = (request, response) => {
    void fetch(`${url}${request.url}`, {
      method: request.method,
      headers: Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !/^(host|connection|content-length)$/.test(name)),
      ) as Record<string, string>,
      ...(request.body === '' ? {} : { body: request.body }),
    }).then(async (got) => {
      response.writeHead(got.status, { 'content-type': got.headers.get('content-type') ?? '' });
      response.end(await got.text());
    });
  };

  describe('the troubles of document 004', () => {
    it('403 Forbidden: says who lacks which rights before anything is made', async () => {
      const owner = await app.signUp();
      const { email } = await app.signUp();
      const invitation = await app.http('POST', '/api/v1/invitations', {
        token: owner.token,
        body: { email, role: 'editor' },
      });
      const invited = (await app.http('POST', '/api/v1/auth/login', { body: { username: email, password } })).body;
      const accepted = await app.http('POST', '/api/v1/invitations/accept', {
        token: invited.access_token,
        body: { token: invitation.body.token },
      });
      expect(accepted.status).toBeLessThan(300);
      const switched = await app.http('POST', '/api/v1/auth/switch', {
        token: invited.access_token,
        body: { tenant_id: owner.tenantId },
      });
      write({ thingsboard: { token: switched.body.access_token } });
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 6, stdout: '' });
      expect(outcome.stderr).toContain('403 Forbidden');
      expect(outcome.stderr).toContain('the role is editor');
      expect(outcome.stderr).toContain(
        `[thingsboard] username (config.properties, line ${lineIn(config(), 'username')})`,
      );
    });

    it.each(['country', 'state', 'device'])(
      'Profile Not Found: names the %s profile, those that exist and the key',
      async (kind) => {
        write({ profiles: { [`${kind}_profile_name`]: 'Planet' } });
        const outcome = await folder.provision();
        expect(outcome).toMatchObject({ code: 7, stdout: '' });
        expect(outcome.stderr).toContain('"Planet"');
        expect(outcome.stderr).toContain(kind === 'device' ? 'IoT-Gateway' : 'Country, State');
        const line = lineIn(config(), `${kind}_profile_name`);
        expect(outcome.stderr).toContain(`[profiles] ${kind}_profile_name (config.properties, line ${line})`);
        await nothingMade();
      },
    );

    it('Token Refresh Failed: points at the password, and does not repeat it', async () => {
      const text = config({ thingsboard: { token: 'ended', password: 'wrong but secret' } });
      folder.write('config.properties', text);
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 5, stdout: '' });
      expect(outcome.stderr).toContain('Token refresh failed');
      expect(outcome.stderr).toContain('incorrect password');
      expect(outcome.stderr).toContain(
        `update [thingsboard] password (config.properties, line ${lineIn(text, 'password')})`,
      );
      expect(outcome.stderr).not.toContain('secret');
      expect(folder.read('config.properties')).toBe(text);
    });

    it.each([
      ['is away', 'http://127.0.0.1:9/json/', undefined],
      ['is busy', undefined, answer(429, '{"error":true,"reason":"RateLimited"}')],
      ['answers a page', undefined, answer(200, '<html>Log in to the hotel</html>')],
      ['knows nothing', undefined, answer(200, '{"latitude":null,"longitude":null}')],
      ['hangs up', undefined, reset],
    ])(
      'Location Detection Error: falls back to the coordinates of the file where the lookup %s',
      async (_, where, says) => {
        if (says !== undefined) sink.answerAlways(says);
        write({ location: { lookup: 'true', lookup_url: where ?? `${sink.url}/json/` } });
        const outcome = await folder.provision(['--dry-run', '--json']);
        expect(outcome.code).toBe(0);
        const report = JSON.parse(outcome.stdout);
        expect(report.location).toEqual({ latitude: 28.6139, longitude: 77.209, source: 'file' });
        expect(report.notices).toEqual([
          expect.stringMatching(/^location detection error: .*; the coordinates of the file are taken$/),
        ]);
      },
    );
  });

  it('takes what the lookup knows before the file, and names from it that the file leaves open', async () => {
    const here = { latitude: 52.37, longitude: 4.89, country_name: 'Netherlands', region: 'North Holland' };
    sink.answerAlways(answer(200, JSON.stringify(here), { 'content-type': 'application/json' }));
    write({ location: { lookup: 'true', lookup_url: sink.url }, assets: { country_name: null, state_name: null } });
    const { stdout } = await folder.provision(['--dry-run', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      location: { latitude: 52.37, longitude: 4.89, source: 'lookup' },
      country: { name: 'NETHERLANDS', result: 'would_make' },
      state: { name: 'North Holland', result: 'would_make' },
      notices: [],
    });
  });

  describe('the server', () => {
    const toSink = (): string => folder.write('config.properties', folder.config(sink.url, user));

    it('is away: says what to check', async () => {
      const gone = await HttpSink.start();
      await gone.close();
      folder.write('config.properties', folder.config(gone.url, user));
      const outcome = await folder.provision(['--timeout', '1']);
      expect(outcome).toMatchObject({ code: 4, stdout: '' });
      expect(outcome.stderr).toContain('nothing listens there (ECONNREFUSED)');
      expect(outcome.stderr).toContain('[thingsboard] url (config.properties, line 2)');
    });

    it('does not answer: ends when its time is up', async () => {
      sink.answerAlways(neverAnswer);
      toSink();
      const outcome = await folder.provision(['--timeout', '1']);
      expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining('did not answer in time') });
    });

    it('is not trusted: names what is needed, and with it works', async () => {
      const tls = createTlsServer({ cert: serverCertificate, key: serverKey }, (_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"detail":"no"}');
      });
      await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
      try {
        const port = (tls.address() as AddressInfo).port.toString();
        folder.write('config.properties', folder.config(`https://localhost:${port}`, user));
        const outcome = await folder.provision();
        expect(outcome).toMatchObject({ code: 4, stdout: '' });
        expect(outcome.stderr).toContain('TLS is not trusted');
        expect(outcome.stderr).toContain('NODE_EXTRA_CA_CERTS');
        const authority = folder.write('ca.pem', testAuthority);
        const trusted = await folder.provision([], { NODE_EXTRA_CA_CERTS: authority });
        expect(trusted).toMatchObject({ code: 5, stderr: expect.stringContaining('Token refresh failed') });
        folder.write('config.properties', folder.config(`http://localhost:${port}`, user));
        expect(await folder.provision(['--timeout', '1'])).toMatchObject({ code: 4 });
      } finally {
        tls.close();
        tls.closeAllConnections();
      }
    });

    it('speaks no TLS though the file says so', async () => {
      folder.write('config.properties', folder.config(sink.url.replace('http:', 'https:'), user));
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining('does not speak TLS') });
    });

    it.each([
      ['a page', answer(200, '<html>hello</html>', { 'content-type': 'text/html' }), 'which is not JSON'],
      [
        'a redirection',
        answer(301, '', { location: 'https://elsewhere.example/?secret=1' }),
        'it leads elsewhere: https://elsewhere.example/',
      ],
      ['other JSON', answer(200, '{"hello":"world"}'), 'answers in another way than Fieldline does'],
      ['404 in JSON', answer(404, '{"status":404,"message":"Not found"}'), 'is no Fieldline server'],
    ])('answers %s: says so and what to check', async (_, says, words) => {
      sink.answerAlways(says);
      toSink();
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(words) });
      expect(outcome.stderr).toContain('[thingsboard] url');
      expect(outcome.stderr).not.toContain('secret=1');
    });

    it('is busy or gone for a moment: is asked again as it wishes, and the run goes on', async () => {
      await anotherTenant();
      sink.answerAlways(proxied);
      sink.script(answer(503, '{"detail":"later"}', { 'retry-after': '0' }), reset, answer(502, '<html>'));
      folder.write('config.properties', folder.config(sink.url, user));
      const outcome = await folder.provision(['--json']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      const report = JSON.parse(outcome.stdout);
      expect(report).toMatchObject({ outcome: 'changed', device: { result: 'made' } });
      expect(report.notices).toHaveLength(3);
      expect(report.notices[0]).toContain('answered 503: later; trying again');
    });

    it('loses its answers: what was made is found again, once', async () => {
      await anotherTenant();
      // Each first request is carried out, and its answer is lost.
      const seen = new Set<string>();
      sink.answerAlways((request, response) => {
        const name = `${request.method} ${request.url} ${request.body}`;
        if (seen.has(name)) {
          proxied(request, response);
          return;
        }
        seen.add(name);
        const lost = Object.create(response) as typeof response;
        lost.writeHead = () => response;
        lost.end = () => {
          response.socket?.destroy();
          return response;
        };
        proxied(request, lost);
      });
      folder.write('config.properties', folder.config(sink.url, user));
      const outcome = await folder.provision(['--timeout', '300']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(await get('/api/v1/places')).toHaveLength(2);
      const devices = await get('/api/v1/devices');
      expect(devices).toHaveLength(1);
      const history = await get(`/api/v1/devices/${devices[0].id}/history`);
      expect(history.filter(({ event }: Body) => event === 'telemetry')).toHaveLength(1);
    }, 60_000);

    it('asks for more patience than there is: ends at once', async () => {
      sink.answerAlways(answer(503, '{"detail":"in an hour"}', { 'retry-after': '3600' }));
      toSink();
      expect(await folder.provision()).toMatchObject({ code: 4, stderr: expect.stringContaining('in an hour') });
      expect(sink.requests).toHaveLength(1);
    });
  });

  describe('the configuration file', () => {
    it('is nowhere: says where it was looked for', async () => {
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 3, stdout: '' });
      expect(outcome.stderr).toContain('neither data/config/config.properties nor config.properties');
      expect(await folder.provision(['--config', 'no.ini'])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('there is no such file'),
      });
      expect(await folder.provision(['--config', '.'])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('folder'),
      });
    });

    it('lacks keys: names each with its section and line', async () => {
      const text = config({ assets: { device_name: null, serial_number: '' }, location: { latitude: '28,6' } });
      folder.write('config.properties', text.replace(/\[profiles\][^[]*/, ''));
      const { code, stderr } = await folder.provision();
      expect(code).toBe(3);
      const at = (start: string): number => lineIn(folder.read('config.properties'), start);
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
      folder.write('config.properties', text);
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(words) });
      expect(outcome.stderr).not.toContain(' at ');
    });

    it('has a token that ended and no password: says which key is missing', async () => {
      write({ thingsboard: { token: 'ended', password: null } });
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('names no password') });
      expect(outcome.stderr).toContain('add [thingsboard] password (config.properties, line 1)');
    });

    it('keeps what is in it when the token is refreshed, in the notation of Windows too, and its mode', async () => {
      await anotherTenant();
      const text = `\uFEFF# keep me\r\n${config({ thingsboard: { token: '"ended"' } }).replaceAll('\n', '\r\n')}; and me`;
      folder.write('config.properties', text, 0o640);
      const outcome = await folder.provision(['--json']);
      expect(outcome.code).toBe(0);
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        token: 'refreshed',
        notices: [expect.stringContaining('chmod 600 config.properties')],
      });
      expect(folder.read('config.properties').replace(/^token = "ey[\w.-]+"/m, 'token = "ended"')).toBe(text);
      expect(folder.modeOf('config.properties')).toBe(0o640);
    });

    it('with --dry-run stays as it is', async () => {
      const text = config({ thingsboard: { token: 'ended' } });
      folder.write('config.properties', text);
      expect(await folder.provision(['--dry-run'])).toMatchObject({ code: 0 });
      expect(folder.read('config.properties')).toBe(text);
    });
  });

  describe('a provisioning key', () => {
    const byKey = (key: string): Sections => ({
      thingsboard: { username: null, password: null, token: null, provisioning_key: key },
    });
    const aKey = async (body: object): Promise<string> =>
      (await app.http('POST', '/api/v1/provisioning-keys', { token, body: { name: 'a fleet', ...body } })).body.key;

    it('is refused: says where it stands, and does not repeat it', async () => {
      write(byKey('flp_0123456789abcdef_notreallyakey'));
      const outcome = await folder.provision();
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
      expect(await folder.provision()).toMatchObject({ code: 0 });
      write({ ...byKey(''), ...byKey(await aKey({ placement: {}, max_devices: 1 })), assets: { serial_number: 'A' } });
      expect(await folder.provision()).toMatchObject({ code: 0 });
      folder.write(
        'config.properties',
        folder.read('config.properties').replace('serial_number = A', 'serial_number = B'),
      );
      expect(await folder.provision()).toMatchObject({ code: 5, stderr: expect.stringContaining('as many devices') });
    });

    it('names a profile that is none: says which', async () => {
      await anotherTenant();
      write(byKey(await aKey({ placement: { state_profile: 'Staat' } })));
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 7, stderr: expect.stringContaining('no place profile named "Staat"') });
    });

    it('places nothing: says what an admin has to do', async () => {
      await anotherTenant();
      write(byKey(await aKey({})));
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({
        code: 8,
        stderr: expect.stringContaining('the provisioning key places no devices'),
      });
      expect(outcome.stderr).toContain('"placement": {}');
    });

    it('registers a device whose serial number is no uuid, the same one each time', async () => {
      await anotherTenant();
      write({ ...byKey(await aKey({ placement: {} })), assets: { serial_number: 'Gerät № 7/b' } });
      const first = JSON.parse((await folder.provision(['--json'])).stdout);
      const second = JSON.parse((await folder.provision(['--json'])).stdout);
      expect(second.device).toEqual({ ...first.device, result: 'found' });
      expect(await get('/api/v1/devices')).toMatchObject([{ serial: 'Gerät № 7/b' }]);
    });
  });

  describe('which device it is', () => {
    const before = async (...devices: object[]): Promise<void> => {
      await anotherTenant();
      for (const body of devices) await app.http('POST', '/api/v1/devices', { token, body });
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
      const outcome = await folder.provision();
      expect(outcome).toMatchObject({ code: 8, stderr: expect.stringContaining(words) });
      expect(await get('/api/v1/devices')).toHaveLength(devices.length);
    });

    it('is another one where the serial number differs, whatever the name', async () => {
      await before({ name: 'papaya-gateway-01', serial: 'other' });
      write();
      expect(JSON.parse((await folder.provision(['--json'])).stdout)).toMatchObject({ device: { result: 'made' } });
      expect(await get('/api/v1/devices')).toHaveLength(2);
    });

    it('is found by its serial number whatever its name is, and stays where people have put it', async () => {
      await anotherTenant();
      const cellar = (await app.http('POST', '/api/v1/places', { token, body: { name: 'Cellar' } })).body;
      const body = { name: 'renamed', serial: 'PM-2024-0001', place_id: cellar.id };
      await app.http('POST', '/api/v1/devices', { token, body });
      write();
      const report = JSON.parse((await folder.provision(['--json'])).stdout);
      expect(report).toMatchObject({
        device: { name: 'renamed', found_by: 'serial', changed: ['profile', 'location'] },
        notices: [expect.stringContaining('renamed stands in another place')],
      });
      expect(await get('/api/v1/devices')).toMatchObject([{ place: { name: 'Cellar' } }]);
    });
  });

  describe('its words', () => {
    it('are shown by --help without a file or a server', async () => {
      const outcome = await folder.provision(['--help']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toContain('country_profile_name = Country');
      expect(outcome.stdout).toContain('Exit codes');
    });

    it.each([[['--colour']], [['--timeout', '0']], [['--timeout', 'x']], [['now']]])(
      'refuse %j with the usage',
      async (args) => {
        expect(await folder.provision(args)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('Usage: fieldline provision'),
        });
      },
    );

    it('of a failure are JSON where that was asked for', async () => {
      const outcome = await folder.provision(['--json']);
      expect(outcome.code).toBe(3);
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        outcome: 'failed',
        exit_code: 3,
        error: { kind: 'configuration', what: expect.any(String), cause: expect.any(String), cure: expect.any(String) },
      });
    });
  });
});
