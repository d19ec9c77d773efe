import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { aCast, type Cast } from '../support/cast.js';
import { allHosts, nameServer, trickyUrls } from '../support/forbidden-hosts.js';
import { answer, HttpSink, neverAnswer, reset, type Answer } from '../support/http-sink.js';
import { bytesOf, png, pngBomb, pngChunk } from '../support/png.js';
import { Trap } from '../support/trap.js';

interface Image {
  status: number;
  headers: Record<string, unknown>;
  bytes: Buffer;
  /** Of a problem. */
  body: Body;
}

let server: TestApp;
let cast: Cast;
let source: HttpSink;

beforeAll(async () => {
  server = await startTestApp({ settings: { egressAllowCidrs: ['127.0.0.1/32'] } });
  cast = await aCast(server);
  source = await HttpSink.start();
}, 60_000);
beforeEach(() => {
  source.clear();
  // A request that was refused before it was fetched has left its answer to whoever comes next.
  source.script();
});
afterAll(async () => {
  await server.close();
  await source.close();
});

const gives =
  (file: Buffer, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, headers).end(file);
  };

async function ask(
  query: Record<string, string>,
  headers: Record<string, string> = {},
  path = 'proxy',
): Promise<Image> {
  const url = `/api/images/${path}?${new URLSearchParams(query).toString()}`;
  const token = { authorization: `Bearer ${cast.users.viewer}` };
  const {
    statusCode,
    headers: said,
    rawPayload,
  } = await server.app.inject({
    method: 'GET',
    url,
    headers: { ...token, ...headers },
  });
  const isProblem = String(said['content-type']).includes('json');
  const body: Body = isProblem ? JSON.parse(rawPayload.toString()) : undefined;
  return { status: statusCode, headers: said, bytes: rawPayload, body };
}

/** What becomes of a file. */
async function converted(file: Buffer, query: Record<string, string> = {}): Promise<Image> {
  source.script(gives(file));
  return ask({ url: `${source.url}/picture`, ...query });
}

async function sizeOf(file: Buffer, query: Record<string, string>): Promise<[number, number]> {
  const { bytes } = await converted(file, query);
  return [bytes.readUInt16LE(4), bytes.readUInt16LE(6)];
}

const flat = (width: number, height: number, pixel = 'ff8000ff') =>
  png(
    width,
    Array.from({ length: height }, () => pixel.repeat(width)),
  );

describe('GET /api/images/proxy', () => {
  it('gives the very bytes that LVGL draws, in ARGB8888', async () => {
    const { status, headers, bytes } = await converted(png(2, ['ff0000ff 00ff0080', '0000ffff 12345600']));
    expect(bytes.toString('hex')).toBe(
      bytesOf(`
        19 10 0000 0200 0200 0800 0000
        0000ffff 00ff0080
        ff0000ff 56341200
      `).toString('hex'),
    );
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '28',
      'cache-control': 'no-store',
    });
  });

  it('and in RGB565', async () => {
    const { bytes } = await converted(png(2, ['ff0000ff 00ff0080', '0000ffff ffffff00']), { cf: 'RGB565' });
    expect(bytes.toString('hex')).toBe(bytesOf('19 12 0000 0200 0200 0400 0000 00f8 0004 1f00 0000').toString('hex'));
  });

  it.each([
    ['RGB', png(2, ['ff0000 0000ff'], { color: 2 }), '0000ffff ff0000ff'],
    ['grey', png(2, ['00 80'], { color: 0 }), '000000ff 808080ff'],
    ['black and white', png(2, ['40'], { color: 0, bits: 1 }), '000000ff ffffffff'],
    ['16 bits', png(1, ['ffff 8080 0000 ffff'], { bits: 16 }), '0080ffff'],
    [
      'a palette with holes',
      png(2, ['00 01'], {
        color: 3,
        chunks: [pngChunk('PLTE', bytesOf('112233 445566')), pngChunk('tRNS', bytesOf('00'))],
      }),
      '33221100 665544ff',
    ],
    [
      'a GIF',
      bytesOf(
        '474946383961 0200 0100 80 00 00 ff0000 0000ff 2c 0000 0000 0200 0100 00 02 02 44 0a 00 3b', // codes 4, 0, 1, 5 of three bits
      ),
      '0000ffff ff0000ff',
    ],
  ])('reads PNG and GIF of every kind: %s', async (_, file, pixels) => {
    const { bytes, body } = await converted(file);
    expect([body, bytes.subarray(12).toString('hex')]).toEqual([undefined, pixels.replaceAll(' ', '')]);
  });

  it.each(['jpeg', 'webp'] as const)('reads %s', async (format) => {
    const file = await sharp({ create: { width: 16, height: 8, channels: 3, background: '#2040c0' } })
      .toFormat(format, { quality: 100 })
      .toBuffer();
    const { bytes } = await converted(file);
    expect(bytes.subarray(0, 12)).toEqual(bytesOf('19 10 0000 1000 0800 4000 0000'));
    const [blue = 0, green = 0, red = 0, alpha] = bytes.subarray(12);
    expect(Math.max(Math.abs(blue - 0xc0), Math.abs(green - 0x40), Math.abs(red - 0x20))).toBeLessThan(4);
    expect(alpha).toBe(255);
  });

  it('shows photos upright', async () => {
    const lying = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#fff' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await sizeOf(lying, {})).toEqual([10, 20]);
    expect(await sizeOf(lying, { height: '10' })).toEqual([5, 10]);
  });

  it('fits a picture into what is asked for, and never enlarges it', async () => {
    const file = flat(30, 20);
    expect(await sizeOf(file, {})).toEqual([30, 20]);
    expect(await sizeOf(file, { width: '15' })).toEqual([15, 10]);
    expect(await sizeOf(file, { height: '5' })).toEqual([7, 5]);
    expect(await sizeOf(file, { width: '10', height: '10' })).toEqual([10, 6]);
    expect(await sizeOf(file, { width: '300', height: '200' })).toEqual([30, 20]);
    const { bytes } = await converted(file, { width: '15', cf: 'RGB565' });
    expect(bytes).toEqual(
      Buffer.concat([bytesOf('19 12 0000 0f00 0a00 1e00 0000'), Buffer.alloc(300, bytesOf('00fc'))]),
    );
  });

  it('answers at document 003’s other path just so', async () => {
    source.answerAlways(gives(flat(1, 1)));
    const one = await ask({ url: source.url });
    const other = await ask({ url: source.url }, {}, 'lvgl');
    expect([other.status, other.bytes]).toEqual([200, one.bytes]);
  });

  it('admits users, keys that read and devices, and nobody else', async () => {
    source.answerAlways(gives(flat(1, 1)));
    const statusFor = async (credential: string) =>
      (await ask({ url: source.url }, { authorization: `Bearer ${credential}` })).status;
    expect(await statusFor(cast.users.viewer)).toBe(200);
    expect(await statusFor(cast.keys.read)).toBe(200);
    expect(await statusFor(cast.device)).toBe(200);
    expect(await statusFor(cast.keys.ingest)).toBe(403);
    expect(await statusFor('nonsense')).toBe(401);
    const anonymous = await server.http('GET', `/api/images/proxy?url=${source.url}`);
    expect([anonymous.status, anonymous.body.code]).toEqual([401, 'auth.missing_credentials']);
  });

  it('is served while larger ones are made, a piece at a time', async () => {
    const file = await sharp({ create: { width: 4096, height: 4096, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    source.answerAlways(gives(file));
    const { status, bytes } = await ask({ url: source.url });
    expect([status, bytes.length]).toEqual([200, 12 + 4096 * 4096 * 4]);
    expect(bytes.subarray(-4)).toEqual(bytesOf('563412ff'));
  });
});

describe('a display of document 003, which sends no credential', () => {
  it('gets images in a network of LEGACY_DEVICE_READS, and nowhere else', async () => {
    for (const [network, status] of [
      ['127.0.0.0/8', 200],
      ['192.168.30.0/24', 401],
    ] as const) {
      const legacy = await startTestApp({
        settings: { legacyDeviceReads: [network], egressAllowCidrs: ['127.0.0.1/32'] },
        database: server.database,
      });
      source.script(gives(flat(1, 1)));
      expect((await legacy.http('GET', `/api/images/lvgl?url=${source.url}`)).status).toBe(status);
      await legacy.close();
    }
  });
});

describe('a display that sends what is for the image’s server', () => {
  it('gets images by it, in a network of LEGACY_DEVICE_READS', async () => {
    const legacy = await startTestApp({
      settings: { legacyDeviceReads: ['127.0.0.0/8'], egressAllowCidrs: ['127.0.0.1/32'] },
      database: server.database,
    });
    for (const authorization of ['Basic ZGlzcGxheTpzZWNyZXQ=', 'Bearer a-token-of-the-image-server']) {
      source.script(gives(flat(1, 1)));
      const url = `/api/images/lvgl?url=${source.url}&headers=Authorization`;
      const { status } = await legacy.http('GET', url, { headers: { authorization } });
      expect([status, source.requests.at(-1)?.headers['authorization']]).toEqual([200, authorization]);
    }
    const key = await legacy.http('GET', `/api/images/lvgl?url=${source.url}&headers=Authorization`, {
      headers: { authorization: 'Bearer flk_nonsense' },
    });
    expect(key.status).toBe(401);
    await legacy.close();
  });
});

describe('headers for the image’s server', () => {
  it('are those that are named, and no others', async () => {
    source.script(gives(flat(1, 1)));
    const { status } = await ask(
      { url: source.url, headers: 'X-Display, X-Token' },
      { 'x-display': 'hall', 'x-token': 't', 'x-other': 'o', cookie: 'c=1' },
    );
    expect(status).toBe(200);
    const [received] = source.requests;
    expect(received?.headers).toMatchObject({ 'x-display': 'hall', 'x-token': 't' });
    expect(Object.keys(received?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent', 'x-display', 'x-token'].sort(),
    );
  });

  it('are refused when they are not there, in document 003’s words', async () => {
    const { status, body } = await ask({ url: source.url, headers: 'x-display' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'INVALID_OPERATION',
      error: expect.stringContaining('x-display'),
      details: {},
      correlationId: body.request_id,
      type: 'urn:fieldline:problem:image.header_missing',
    });
    expect(source.requests).toEqual([]);
  });

  it('never carry the caller’s credential for this server', async () => {
    const { status, body } = await ask({ url: source.url, headers: 'Authorization' });
    expect([status, body.type]).toEqual([400, 'urn:fieldline:problem:image.header_refused']);
    const byKey = await server.app.inject({
      method: 'GET',
      url: `/api/images/proxy?url=${source.url}&headers=x-api-key`,
      headers: { 'x-api-key': cast.keys.read },
    });
    expect(byKey.statusCode).toBe(400);
    expect(source.requests).toEqual([]);
  });

  it('go along with a redirect to the same server, and to no other', async () => {
    const other = await HttpSink.start();
    other.answerAlways(gives(flat(1, 1)));
    const redirect = (location: string) => answer(302, '', { location });
    source.script(redirect('/second'), redirect(`${other.url}/third`));
    const { status } = await ask({ url: `${source.url}/first`, headers: 'x-token' }, { 'x-token': 't' });
    expect(status).toBe(200);
    expect(source.requests.map(({ url, headers }) => [url, headers['x-token']])).toEqual([
      ['/first', 't'],
      ['/second', 't'],
    ]);
    expect(other.requests.map(({ url, headers }) => [url, headers['x-token']])).toEqual([['/third', undefined]]);
    await other.close();
  });
});

describe('what is no image for a display', () => {
  it.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
    ['SVG after a declaration', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a page', Buffer.from('<!doctype html><title>x</title>')],
    ['nothing', Buffer.alloc(0)],
    ['TIFF', bytesOf('49492a0008000000')],
  ])('is refused: %s', async (_, file) => {
    source.script(gives(file, { 'content-type': 'image/png' }));
    const { status, body } = await ask({ url: source.url });
    expect([status, body.type, body.code]).toEqual([
      422,
      'urn:fieldline:problem:image.format_refused',
      'PROCESSING_ERROR',
    ]);
  });

  it.each([
    ['cut off', flat(64, 64).subarray(0, 60)],
    ['cut off in its pixels', Buffer.concat([flat(300, 300).subarray(0, 70)])],
    ['only a beginning', bytesOf('89504e470d0a1a0a')],
    ['an empty GIF', Buffer.from('GIF89a')],
    ['JPEG noise', Buffer.concat([bytesOf('ffd8ffe0'), Buffer.alloc(500, 7)])],
    ['WebP noise', Buffer.concat([Buffer.from('RIFF\u0010\u0000\u0000\u0000WEBPVP8 '), Buffer.alloc(50, 7)])],
  ])('is refused: %s', async (_, file) => {
    const { status, body } = await converted(file);
    expect([status, body.type]).toEqual([422, 'urn:fieldline:problem:image.broken']);
  });

  it('is refused: a picture of more than 16 million pixels, before they are unpacked', async () => {
    for (const bomb of [pngBomb(4097, 4096), pngBomb(65_000, 65_000), pngBomb(1_000_000, 20)]) {
      const { status, body } = await converted(bomb, { width: '10' });
      expect([status, body.type]).toEqual([422, 'urn:fieldline:problem:image.too_large']);
    }
  });

  it('is refused: a file of more than 5 MiB', async () => {
    const { status, body } = await converted(Buffer.concat([flat(1, 1), Buffer.alloc(5 * 1024 * 1024)]));
    expect([status, body.type]).toEqual([422, 'urn:fieldline:problem:image.too_large']);
  });

  it('is refused: more columns than a header of LVGL can say', async () => {
    const wide = flat(16_384, 1);
    const { status, body } = await converted(wide);
    expect([status, body.type]).toEqual([422, 'urn:fieldline:problem:image.too_large']);
    expect((await converted(wide, { cf: 'RGB565' })).status).toBe(200);
    expect((await converted(wide, { width: '16383' })).status).toBe(200);
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
    source.answerAlways(fails);
    const { status, body } = await ask({ url: `${source.url}/secret-path?token=canary` });
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
    source.script((request, response) => {
      response.on('close', () => {
        left.resolve(undefined);
      });
      neverAnswer(request, response);
    });
    const address = await server.listen();
    const client = new AbortController();
    const asked = fetch(`${address}/api/images/proxy?url=${source.url}`, {
      headers: { authorization: `Bearer ${cast.users.viewer}` },
      signal: client.signal,
    });
    await source.received(1);
    client.abort();
    await expect(asked).rejects.toThrow();
    await left.promise;
  });
});

describe('a request', () => {
  it.each([
    ['url', {}],
    ['url', { url: '' }],
    ['width', { url: 'https://example.com/', width: '0' }],
    ['width', { url: 'https://example.com/', width: '1.5' }],
    ['width', { url: 'https://example.com/', width: 'ten' }],
    ['height', { url: 'https://example.com/', height: '65536' }],
    ['cf', { url: 'https://example.com/', cf: 'RGB888' }],
    ['size', { url: 'https://example.com/', size: '1' }],
  ])('that is not as it should be is refused by the name of its %s', async (path, query) => {
    const { status, body } = await ask(query);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ path })]));
    expect(body.details.errors).toContainEqual({ field: path, message: expect.any(String) });
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
