import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { startTestApp } from '../support/app.js';
import { flat, gives, ImageLab, type Image } from '../support/image-lab.js';
import { bytesOf, png, pngBomb, pngChunk } from '../support/png.js';

const lab = new ImageLab();
const { ask } = lab;

/** What becomes of a file. */
async function converted(file: Buffer, query: Record<string, string> = {}): Promise<Image> {
  lab.source.script(gives(file));
  return ask({ url: `${lab.source.url}/picture`, ...query });
}

async function sizeOf(file: Buffer, query: Record<string, string>): Promise<[number, number]> {
  const { bytes } = await converted(file, query);
  return [bytes.readUInt16LE(4), bytes.readUInt16LE(6)];
}

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
    lab.source.answerAlways(gives(flat(1, 1)));
    const one = await ask({ url: lab.source.url });
    const other = await ask({ url: lab.source.url }, {}, 'lvgl');
    expect([other.status, other.bytes]).toEqual([200, one.bytes]);
  });

  it('admits users, keys that read and devices, and nobody else', async () => {
    lab.source.answerAlways(gives(flat(1, 1)));
    const statusFor = async (credential: string) =>
      (await ask({ url: lab.source.url }, { authorization: `Bearer ${credential}` })).status;
    expect(await statusFor(lab.cast.users.viewer)).toBe(200);
    expect(await statusFor(lab.cast.keys.read)).toBe(200);
    expect(await statusFor(lab.cast.device)).toBe(200);
    expect(await statusFor(lab.cast.keys.ingest)).toBe(403);
    expect(await statusFor('nonsense')).toBe(401);
    const anonymous = await lab.server.http('GET', `/api/images/proxy?url=${lab.source.url}`);
    expect([anonymous.status, anonymous.body.code]).toEqual([401, 'auth.missing_credentials']);
  });

  it('is served while larger ones are made, a piece at a time', async () => {
    const file = await sharp({ create: { width: 4096, height: 4096, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    lab.source.answerAlways(gives(file));
    const { status, bytes } = await ask({ url: lab.source.url });
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
        database: lab.server.database,
      });
      lab.source.script(gives(flat(1, 1)));
      expect((await legacy.http('GET', `/api/images/lvgl?url=${lab.source.url}`)).status).toBe(status);
      await legacy.close();
    }
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
    lab.source.script(gives(file, { 'content-type': 'image/png' }));
    const { status, body } = await ask({ url: lab.source.url });
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
