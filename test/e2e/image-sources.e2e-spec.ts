import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { allHosts, nameServer, trickyUrls } from '../support/forbidden-hosts.js';
import { answer, HttpSink, neverAnswer, reset, type Answer } from '../support/http-sink.js';
import { flat, gives, ImageLab } from '../support/image-lab.js';
import { Trap } from '../support/trap.js';

const lab = new ImageLab();
const { ask } = lab;

describe('a display that sends what is for the image’s server', () => {
  it('gets images by it, in a network of LEGACY_DEVICE_READS', async () => {
    const legacy = await startTestApp({
      settings: { legacyDeviceReads: ['127.0.0.0/8'], egressAllowCidrs: ['127.0.0.1/32'] },
      database: lab.server.database,
    });
    for (const authorization of ['Basic ZGlzcGxheTpzZWNyZXQ=', 'Bearer a-token-of-the-image-server']) {
      lab.source.script(gives(flat(1, 1)));
      const url = `/api/images/lvgl?url=${lab.source.url}&headers=Authorization`;
      const { status } = await legacy.http('GET', url, { headers: { authorization } });
      expect([status, lab.source.requests.at(-1)?.headers['authorization']]).toEqual([200, authorization]);
    }
    const key = await legacy.http('GET', `/api/images/lvgl?url=${lab.source.url}&headers=Authorization`, {
      headers: { authorization: 'Bearer flk_nonsense' },
    });
    expect(key.status).toBe(401);
    await legacy.close();
  });
});

describe('headers for the image’s server', () => {
  it('are those that are named, and no others', async () => {
    lab.source.script(gives(flat(1, 1)));
    const { status } = await ask(
      { url: lab.source.url, headers: 'X-Display, X-Token' },
      { 'x-display': 'hall', 'x-token': 't', 'x-other': 'o', cookie: 'c=1' },
    );
    expect(status).toBe(200);
    const [received] = lab.source.requests;
    expect(received?.headers).toMatchObject({ 'x-display': 'hall', 'x-token': 't' });
    expect(Object.keys(received?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent', 'x-display', 'x-token'].sort(),
    );
  });

  it('are refused when they are not there, in document 003’s words', async () => {
    const { status, body } = await ask({ url: lab.source.url, headers: 'x-display' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'INVALID_OPERATION',
      error: expect.stringContaining('x-display'),
      details: {},
      correlationId: body.request_id,
      type: 'urn:fieldline:problem:image.header_missing',
    });
    expect(lab.source.requests).toEqual([]);
  });

  it('never carry the caller’s credential for this server', async () => {
    const { status, body } = await ask({ url: lab.source.url, headers: 'Authorization' });
    expect([status, body.type]).toEqual([400, 'urn:fieldline:problem:image.header_refused']);
    const byKey = await lab.server.app.inject({
      method: 'GET',
      url: `/api/images/proxy?url=${lab.source.url}&headers=x-api-key`,
      headers: { 'x-api-key': lab.cast.keys.read },
    });
    expect(byKey.statusCode).toBe(400);
    expect(lab.source.requests).toEqual([]);
  });

  it('go along with a redirect to the same server, and to no other', async () => {
    const other = await HttpSink.start();
    other.answerAlways(gives(flat(1, 1)));
    const redirect = (location: string) => answer(302, '', { location });
    lab.source.script(redirect('/second'), redirect(`${other.url}/third`));
    const { status } = await ask({ url: `${lab.source.url}/first`, headers: 'x-token' }, { 'x-token': 't' });
    expect(status).toBe(200);
    expect(lab.source.requests.map(({ url, headers }) => [url, headers['x-token']])).toEqual([
      ['/first', 't'],
      ['/second', 't'],
    ]);
    expect(other.requests.map(({ url, headers }) => [url, headers['x-token']])).toEqual([['/third', undefined]]);
    await other.close();
  });
});

describe('a source that fails', () => {
  it.each<[string, Answer]>([
    ['answers 404', answer(404)],
    ['answers 500', answer(500)],
    ['answers 304', answer(304)],
    ['hangs up', reset],
    ['redirects without saying where', answer(302)],
    ['redirects in a circle', answer(302, '', { location: '/again' })],
    ['sends what was not asked for', answer(200, 'x', { 'content-encoding': 'gzip' })],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy());
      },
    ],
  ])('is a 502 that says so: it %s', async (_, fails) => {
    lab.source.answerAlways(fails);
    const { status, body } = await ask({ url: `${lab.source.url}/secret-path?token=canary` });
    expect([status, body.type, body.code]).toEqual([
      502,
      'urn:fieldline:problem:image.source_failed',
      'EXTERNAL_SERVICE_ERROR',
    ]);
    expect(JSON.stringify(body)).not.toMatch(/secret-path|canary/);
  });

  it('is a 502 where its name is unknown, or nobody listens', async () => {
    expect((await ask({ url: 'http://nowhere.invalid/x.png' })).status).toBe(502);
    expect((await ask({ url: 'http://127.0.0.1:9/x.png' })).status).toBe(502);
  });

  it('is left when the client leaves', async () => {
    const left = Promise.withResolvers<undefined>();
    lab.source.script((request, response) => {
      response.on('close', () => {
        left.resolve(undefined);
      });
      neverAnswer(request, response);
    });
    const address = await lab.server.listen();
    const client = new AbortController();
    const asked = fetch(`${address}/api/images/proxy?url=${lab.source.url}`, {
      headers: { authorization: `Bearer ${lab.cast.users.viewer}` },
      signal: client.signal,
    });
    await lab.source.received(1);
    client.abort();
    await expect(asked).rejects.toThrow();
    await left.promise;
  });
});

describe('an address inside', () => {
  let trap: Trap;
  let guarded: TestApp;
  let token: string;

  beforeAll(async () => {
    trap = await Trap.set();
    guarded = await startTestApp({ settings: { egressAllowCidrs: ['127.0.0.2/32'] }, resolver: nameServer });
    ({ token } = await guarded.signUp());
  });
  afterAll(async () => {
    await guarded.close();
    trap.close();
  });

  it('is not connected to, however it is written', async () => {
    const urls = [
      ...allHosts.map((host) => `http://${host}:${trap.port}/x.png`),
      ...trickyUrls.map((url) => url.replace(':0', `:${trap.port}`)),
    ];
    const wrong: string[] = [];
    for (const url of urls) {
      const { status, body } = await guarded.http('GET', `/api/images/proxy?url=${encodeURIComponent(url)}`, { token });
      const isRefused = status === 400 || (status === 502 && /host_unknown|source_failed/.test(String(body.type)));
      if (!isRefused) wrong.push(`${url}: ${status} ${JSON.stringify(body)}`);
    }
    expect(wrong).toEqual([]);
    expect(trap.connections).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])('is not connected to when a %i leads there', async (status) => {
    const outside = createServer((_, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${trap.port}/` }).end();
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.2', resolve));
    const { port } = outside.address() as { port: number };
    const { body } = await guarded.http('GET', `/api/images/proxy?url=http://127.0.0.2:${port}/`, { token });
    expect(body.type).toBe('urn:fieldline:problem:egress.refused');
    expect(trap.connections).toBe(0);
    outside.closeAllConnections();
    outside.close();
  });
});
