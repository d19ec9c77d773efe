import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Body } from '../support/app.js';
import { serverCertificate, serverKey, testAuthority } from '../support/certificates.js';
import { answer, HttpSink, neverAnswer, reset, type Answer } from '../support/http-sink.js';
import { lineIn, password, ProvisionLab } from '../support/provision-lab.js';

describe('fieldline provision', () => {
  const lab = new ProvisionLab();
  const { anotherTenant, get, config, write } = lab;
  const nothingMade = async (): Promise<void> => {
    expect([await get('/api/v1/places'), await get('/api/v1/devices')]).toEqual([[], []]);
  };
  /** Hands everything on to the server, after what the script says. */
  const proxied: Answer = (request, response) => {
    void fetch(`${lab.url}${request.url}`, {
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
      const owner = await lab.app.signUp();
      const { email } = await lab.app.signUp();
      const invitation = await lab.app.http('POST', '/api/v1/invitations', {
        token: owner.token,
        body: { email, role: 'editor' },
      });
      const invited = (await lab.app.http('POST', '/api/v1/auth/login', { body: { username: email, password } })).body;
      const accepted = await lab.app.http('POST', '/api/v1/invitations/accept', {
        token: invited.access_token,
        body: { token: invitation.body.token },
      });
      expect(accepted.status).toBeLessThan(300);
      const switched = await lab.app.http('POST', '/api/v1/auth/switch', {
        token: invited.access_token,
        body: { tenant_id: owner.tenantId },
      });
      write({ thingsboard: { token: switched.body.access_token } });
      const outcome = await lab.folder.provision();
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
        const outcome = await lab.folder.provision();
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
      lab.folder.write('config.properties', text);
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 5, stdout: '' });
      expect(outcome.stderr).toContain('Token refresh failed');
      expect(outcome.stderr).toContain('incorrect password');
      expect(outcome.stderr).toContain(
        `update [thingsboard] password (config.properties, line ${lineIn(text, 'password')})`,
      );
      expect(outcome.stderr).not.toContain('secret');
      expect(lab.folder.read('config.properties')).toBe(text);
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
        if (says !== undefined) lab.sink.answerAlways(says);
        write({ location: { lookup: 'true', lookup_url: where ?? `${lab.sink.url}/json/` } });
        const outcome = await lab.folder.provision(['--dry-run', '--json']);
        expect(outcome.code).toBe(0);
        const report = JSON.parse(outcome.stdout);
        expect(report.location).toEqual({ latitude: 28.6139, longitude: 77.209, source: 'file' });
        expect(report.notices).toEqual([
          expect.stringMatching(/^location detection error: .*; the coordinates of the file are taken$/),
        ]);
      },
    );
  });

  describe('the server', () => {
    const toSink = (): string => lab.folder.write('config.properties', lab.folder.config(lab.sink.url, lab.user));

    it('is away: says what to check', async () => {
      const gone = await HttpSink.start();
      await gone.close();
      lab.folder.write('config.properties', lab.folder.config(gone.url, lab.user));
      const outcome = await lab.folder.provision(['--timeout', '1']);
      expect(outcome).toMatchObject({ code: 4, stdout: '' });
      expect(outcome.stderr).toContain('nothing listens there (ECONNREFUSED)');
      expect(outcome.stderr).toContain('[thingsboard] url (config.properties, line 2)');
    });

    it('does not answer: ends when its time is up', async () => {
      lab.sink.answerAlways(neverAnswer);
      toSink();
      const outcome = await lab.folder.provision(['--timeout', '1']);
      expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining('did not answer in time') });
    });

    it('is not trusted: names what is needed, and with it works', async () => {
      const tls = createTlsServer({ cert: serverCertificate, key: serverKey }, (_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"detail":"no"}');
      });
      await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
      try {
        const port = (tls.address() as AddressInfo).port.toString();
        lab.folder.write('config.properties', lab.folder.config(`https://localhost:${port}`, lab.user));
        const outcome = await lab.folder.provision();
        expect(outcome).toMatchObject({ code: 4, stdout: '' });
        expect(outcome.stderr).toContain('TLS is not trusted');
        expect(outcome.stderr).toContain('NODE_EXTRA_CA_CERTS');
        const authority = lab.folder.write('ca.pem', testAuthority);
        const trusted = await lab.folder.provision([], { NODE_EXTRA_CA_CERTS: authority });
        expect(trusted).toMatchObject({ code: 5, stderr: expect.stringContaining('Token refresh failed') });
        lab.folder.write('config.properties', lab.folder.config(`http://localhost:${port}`, lab.user));
        expect(await lab.folder.provision(['--timeout', '1'])).toMatchObject({ code: 4 });
      } finally {
        tls.close();
        tls.closeAllConnections();
      }
    });

    it('speaks no TLS though the file says so', async () => {
      lab.folder.write('config.properties', lab.folder.config(lab.sink.url.replace('http:', 'https:'), lab.user));
      const outcome = await lab.folder.provision();
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
      lab.sink.answerAlways(says);
      toSink();
      const outcome = await lab.folder.provision();
      expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(words) });
      expect(outcome.stderr).toContain('[thingsboard] url');
      expect(outcome.stderr).not.toContain('secret=1');
    });

    it('is busy or gone for a moment: is asked again as it wishes, and the run goes on', async () => {
      await anotherTenant();
      lab.sink.answerAlways(proxied);
      lab.sink.script(answer(503, '{"detail":"later"}', { 'retry-after': '0' }), reset, answer(502, '<html>'));
      lab.folder.write('config.properties', lab.folder.config(lab.sink.url, lab.user));
      const outcome = await lab.folder.provision(['--json']);
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
      lab.sink.answerAlways((request, response) => {
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
      lab.folder.write('config.properties', lab.folder.config(lab.sink.url, lab.user));
      const outcome = await lab.folder.provision(['--timeout', '300']);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(await get('/api/v1/places')).toHaveLength(2);
      const devices = await get('/api/v1/devices');
      expect(devices).toHaveLength(1);
      const history = await get(`/api/v1/devices/${devices[0].id}/history`);
      expect(history.filter(({ event }: Body) => event === 'telemetry')).toHaveLength(1);
    }, 60_000);

    it('asks for more patience than there is: ends at once', async () => {
      lab.sink.answerAlways(answer(503, '{"detail":"in an hour"}', { 'retry-after': '3600' }));
      toSink();
      expect(await lab.folder.provision()).toMatchObject({ code: 4, stderr: expect.stringContaining('in an hour') });
      expect(lab.sink.requests).toHaveLength(1);
    });
  });
});
