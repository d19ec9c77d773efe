import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { AssetUploader, sha256Of, signed } from '../support/asset-uploader.js';
import { anEspImage } from '../support/esp-image.js';

let server: TestApp;
let token: string;
let stranger: string;
let uploader: AssetUploader;

beforeAll(async () => {
  server = await startTestApp({ settings: { assetsMaxBytes: 100_000, assetsKeepVersions: 3 } });
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
  uploader = await AssetUploader.for(server, token);
});
afterAll(() => server.close());

let made = 0;
const aName = (): string => `file-${(made += 1)}.bin`;
const get = (url: string, headers: Record<string, string> = {}, as = token) =>
  server.http('GET', url, { token: as, headers });
/** Another time for each, or the signatures of equal uploads would be the same. */
const aTime = (): string => new Date(Date.now() - (made += 1)).toISOString();

describe('POST /assets/upload', () => {
  it('takes a signed file, which is there from then on', async () => {
    const filename = aName();
    const answer = await uploader.upload({ filename, content: 'hello' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      filename,
      version: 1,
      size: 5,
      sha256: sha256Of('hello'),
      uploaded_at: expect.stringMatching(/Z$/),
      firmware: null,
    });
    const file = await get(`/api/assets/${filename}`);
    expect([file.status, file.body]).toEqual([200, 'hello']);
  });

  it('also at the path that document 003’s code serves, and with the parts in any order', async () => {
    const filename = aName();
    const order = ['key_id', 'signature', 'timestamp', 'file'];
    expect((await uploader.upload({ filename, order }, '/api/assets')).body.version).toBe(1);
  });

  it('counts the versions of a name', async () => {
    const filename = aName();
    for (const content of ['one', 'two', 'three']) await uploader.upload({ filename, content });
    const { body } = await get(`/api/assets/${filename}/versions`);
    expect(body.map(({ version, size }: { version: number; size: number }) => [version, size])).toEqual([
      [3, 5],
      [2, 3],
      [1, 3],
    ]);
    expect((await get(`/api/assets/${filename}/versions/2`)).body).toBe('two');
    expect((await get(`/api/assets/${filename}`)).body).toBe('three');
  });

  it('keeps so many versions as it is told, and goes on counting', async () => {
    const filename = aName();
    for (const content of ['1', '2', '3', '4', '5']) await uploader.upload({ filename, content });
    const { body } = await get(`/api/assets/${filename}/versions`);
    expect(body.map(({ version }: { version: number }) => version)).toEqual([5, 4, 3]);
    expect(await get(`/api/assets/${filename}/versions/2`)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('no such version') },
    });
  });

  it('makes two versions of two uploads of one name at once', async () => {
    const filename = aName();
    const contents = ['a', 'b', 'c'];
    const answers = await Promise.all(contents.map((content) => uploader.upload({ filename, content })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2, 3]);
    for (const { body } of answers) {
      const file = await get(`/api/assets/${filename}/versions/${String(body.version)}`);
      expect(sha256Of(String(file.body))).toBe(body.sha256);
    }
  });

  it('takes one of just the largest size, and refuses one byte more', async () => {
    const filename = aName();
    expect((await uploader.upload({ filename, content: 'x'.repeat(100_000) })).status).toBe(200);
    const larger = await uploader.upload({ filename, content: 'x'.repeat(100_001) });
    expect(larger).toMatchObject({ status: 413, body: { type: expect.stringContaining('asset_upload.too_large') } });
    expect((await get(`/api/assets/${filename}/versions`)).body).toHaveLength(1);
  });

  it('takes an empty file', async () => {
    const filename = aName();
    expect((await uploader.upload({ filename, content: '' })).body).toMatchObject({ size: 0, sha256: sha256Of('') });
    expect(await get(`/api/assets/${filename}`)).toMatchObject({ status: 200, body: '' });
  });

  it.each(['Übersicht größer.png', '温度计.bin', 'firmware.tar.gz.exe', '100%.bin', "it's.bin", 'a+b c.bin'])(
    'takes the name %s, and serves it under that name',
    async (filename) => {
      expect((await uploader.upload({ filename, content: filename })).body.filename).toBe(filename);
      const file = await get(`/api/assets/${encodeURIComponent(filename)}`);
      expect([file.status, file.body]).toEqual([200, filename]);
      expect(file.headers['content-type']).toBe('application/octet-stream');
      expect(file.headers['content-disposition']).toMatch(
        /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w%.!~+-]+$/,
      );
    },
  );

  it('takes two spellings of one name for one asset', async () => {
    expect((await uploader.upload({ filename: 'caf\u00e9.bin', content: 'one' })).body.version).toBe(1);
    const answer = await uploader.upload({ filename: 'cafe\u0301.bin', content: 'two' });
    expect(answer.body).toMatchObject({ version: 2, filename: 'caf\u00e9.bin' });
    expect((await get('/api/assets/cafe%CC%81.bin')).body).toBe('two');
  });

  it.each([
    '../x.bin',
    '..\\x.bin',
    '/etc/passwd',
    'a/b',
    'a..bin',
    '.hidden',
    'a\u202eb.bin',
    '\u0007.bin',
    'x'.repeat(101),
  ])('refuses the name %j', async (filename) => {
    const answer = await uploader.upload({ filename });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'filename' }] } });
  });

  it.each([
    [['timestamp', 'signature', 'key_id'], 'file'],
    [['file', 'signature', 'key_id'], 'timestamp'],
    [['file', 'timestamp', 'key_id'], 'signature'],
    [[], 'file'],
  ])('names what is missing of %j: %s', async (order, path) => {
    expect(await uploader.upload({ order })).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it('refuses two files, and a file that is called otherwise', async () => {
    const twice = await uploader.upload({ order: ['file', 'file', 'timestamp', 'signature'] });
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ path: 'file' }] } });
    const { body, headers } = uploader.form();
    const renamed = Buffer.from(body.toString('latin1').replace('name="file"', 'name="asset"'), 'latin1');
    expect(await server.http('POST', '/api/assets/upload', { body: renamed, headers })).toMatchObject({ status: 400 });
  });

  it('refuses what is no form', async () => {
    const send = (body: unknown, contentType: string) =>
      server.http('POST', '/api/assets/upload', { body, headers: { 'content-type': contentType } });
    expect((await send({ file: 'x' }, 'application/json')).status).toBe(415);
    expect((await send(Buffer.from('x'), 'application/octet-stream')).status).toBe(415);
    expect((await send(Buffer.from('x'), 'multipart/form-data')).status).toBeGreaterThanOrEqual(400);
    expect((await send(Buffer.from('nonsense'), 'multipart/form-data; boundary=b')).status).toBe(400);
  });

  it.each([10, 150, 300, 900])('refuses a body that ends before the form does (%i bytes too early)', async (less) => {
    const filename = aName();
    const { body, headers } = uploader.form({ filename, content: 'y'.repeat(1_000) });
    const answer = await server.http('POST', '/api/assets/upload', { body: body.subarray(0, -less), headers });
    expect(answer.status).toBe(400);
    expect((await get(`/api/assets/${filename}`)).status).toBe(404);
  });

  it('leaves one record of who changed what', async () => {
    const filename = aName();
    await uploader.upload({ filename, content: 'recorded' });
    const { body } = await get('/api/v1/audit?action=asset.uploaded');
    const [record] = body.filter(({ subject }: { subject: { name: string } }) => subject.name === filename);
    expect(record).toMatchObject({ action: 'asset.uploaded', report: { signed: 'file' } });
  });
});

describe('the signature of an upload', () => {
  const refused = async (parts: Parameters<AssetUploader['upload']>[0], path = 'signature') => {
    const filename = aName();
    const answer = await uploader.upload({ filename, ...parts });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect((await get(`/api/assets/${filename}`)).status).toBe(404);
  };

  it.each([
    ['of another text', { text: 'another text' }],
    ['of the time alone', { timestamp: '2026-11-20T12:00:00Z', text: '2026-11-20T12:00:00Z' }],
    ['that is none', { signature: 'AAAA' }],
    ['that is no base64', { signature: '!'.repeat(344) }],
    ['of nothing', { signature: '' }],
    ['of another key', { signature: Buffer.alloc(256, 1).toString('base64') }],
  ])('is refused: %s', async (_, parts) => {
    await refused({ ...parts, timestamp: aTime() });
  });

  it('is refused where the time alone is signed', async () => {
    const timestamp = aTime();
    await refused({ timestamp, text: timestamp });
  });

  it('is refused for another file or another name than it was made for', async () => {
    const timestamp = aTime();
    const text = `${timestamp}\n${aName()}\n${sha256Of('some bytes')}`;
    await refused({ timestamp, text });
    const filename = aName();
    const other = `${timestamp}\n${filename}\n${sha256Of('other bytes')}`;
    await refused({ timestamp, filename, text: other });
  });

  it.each([-301_000, 301_000])('is refused when it is %i ms away', async (off) => {
    await refused({ timestamp: new Date(Date.now() + off).toISOString() }, 'timestamp');
  });

  it.each(['yesterday', '', '1763640000'])('is refused with a time that is none: %j', async (timestamp) => {
    await refused({ timestamp }, 'timestamp');
  });

  it('is not accepted twice, neither later nor at once', async () => {
    const filename = aName();
    const parts = { filename, content: 'once', timestamp: aTime() };
    const answers = await Promise.all([1, 2, 3, 4].map(() => uploader.upload(parts)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    expect(await uploader.upload(parts)).toMatchObject({
      status: 400,
      body: { type: expect.stringContaining('asset_upload.signature_used') },
    });
    // Written otherwise it is the same.
    const text = `${parts.timestamp}\n${filename}\n${sha256Of('once')}`;
    const inLines = signed(text).replace(/(.{76})/g, '$1\r\n');
    expect((await uploader.upload({ ...parts, signature: inLines })).status).toBe(400);
    expect((await get(`/api/assets/${filename}/versions`)).body).toHaveLength(1);
  });

  it('counts only of a key that is there, switched on, and the tenant’s own', async () => {
    await refused({ keyId: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90', timestamp: aTime() });
    await refused({ keyId: 'no id', timestamp: aTime() }, 'key_id');
    const own = await server.signUp();
    const theirs = await AssetUploader.for(server, own.token);
    const url = `/api/v1/asset-keys/${theirs.keyId ?? ''}`;
    const filename = aName();
    expect((await theirs.upload({ filename, timestamp: aTime() })).status).toBe(200);
    expect((await get(`/api/assets/${filename}`)).status).toBe(404);
    await server.http('PATCH', url, { token: own.token, body: { enabled: false } });
    expect((await theirs.upload({ filename, timestamp: aTime() })).status).toBe(400);
    await server.http('PATCH', url, { token: own.token, body: { enabled: true } });
    expect((await theirs.upload({ filename, timestamp: aTime() })).status).toBe(200);
    await server.http('DELETE', url, { token: own.token });
    expect((await theirs.upload({ filename, timestamp: aTime() })).status).toBe(400);
  });

  it('without a key that is named is no tenant’s but the default one’s', async () => {
    await refused({ keyId: '', timestamp: aTime() });
  });
});

describe('GET /assets/{filename}', () => {
  const content = Buffer.from(Array.from({ length: 1_000 }, (_, n) => 97 + (n % 26)));
  const tag = `"${sha256Of(content)}"`;
  const url = '/api/assets/ranged.bin';
  beforeAll(() => uploader.upload({ filename: 'ranged.bin', content }));

  it('says what the file is', async () => {
    const { status, headers } = await get(url);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      etag: tag,
      digest: `sha-256=${Buffer.from(sha256Of(content), 'hex').toString('base64')}`,
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'content-length': '1000',
      'x-asset-version': '1',
    });
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=990-', 990, 1_000],
    ['bytes=-5', 995, 1_000],
    ['bytes=500-5000', 500, 1_000],
  ])('answers %s with that part', async (range, from, to) => {
    const { status, headers, body } = await get(url, { range });
    expect([status, body]).toEqual([206, content.subarray(from, to).toString()]);
    expect(headers['content-range']).toBe(`bytes ${from}-${to - 1}/1000`);
    expect(headers['content-length']).toBe(String(to - from));
    expect(headers['etag']).toBe(tag);
  });

  it('refuses a part that there is not', async () => {
    const { status, headers, body } = await get(url, { range: 'bytes=1000-' });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */1000']);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body.type).toContain('asset.range_not_satisfiable');
  });

  it('answers 304 to who has it, and with the whole file to who has a part of another', async () => {
    const unchanged = await get(url, { 'if-none-match': `"x", ${tag}` });
    expect([unchanged.status, unchanged.body, unchanged.headers['etag']]).toEqual([304, '', tag]);
    expect((await get(url, { 'if-none-match': '"x"' })).status).toBe(200);
    expect((await get(url, { range: 'bytes=0-1', 'if-range': tag })).status).toBe(206);
    expect((await get(url, { range: 'bytes=0-1', 'if-range': '"x"' })).status).toBe(200);
  });

  it('answers HEAD with the same headers', async () => {
    const { status, headers, body } = await server.http('HEAD', url, { token });
    expect([status, body, headers['content-length'], headers['etag']]).toEqual([200, '', '1000', tag]);
  });

  it('is for people, keys that read and devices of the tenant', async () => {
    const key = await server.http('POST', '/api/v1/api-keys', { token, body: { name: 'reads', scopes: ['read'] } });
    expect((await server.http('GET', url, { apiKey: String(key.body.key) })).status).toBe(200);
    const device = await server.http('POST', '/api/v1/devices', { token, body: { name: 'a display' } });
    const issued = await server.http('POST', `/api/v1/devices/${String(device.body.id)}/keys`, { token, body: {} });
    expect((await get(url, {}, String(issued.body.key))).status).toBe(200);
    expect((await get(`${url}/manifest`, {}, String(issued.body.key))).status).toBe(200);
    expect((await get(url, {}, stranger)).status).toBe(404);
    expect((await server.http('GET', url)).status).toBe(401);
  });

  it.each(['..%2f..%2fetc%2fpasswd', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '.store', 'a%00b', '..%5cwindows'])(
    'leads nowhere else: %s',
    async (name) => {
      expect((await get(`/api/assets/${name}`)).status).toBe(400);
    },
  );
});

describe('GET /assets', () => {
  it('lists what there is by its newest version, and finds by name, kind, project and time', async () => {
    const own = await server.signUp();
    const theirs = await AssetUploader.for(server, own.token);
    const began = new Date(Date.now()).toISOString();
    await theirs.upload({ filename: 'logo.png', content: 'old' });
    await theirs.upload({ filename: 'logo.png', content: 'newer' });
    await theirs.upload({ filename: 'lamp.bin', content: anEspImage({ project: 'lamp', version: '2.0' }) });
    const names = async (query: string) =>
      (await get(`/api/assets${query}`, {}, own.token)).body.map(({ filename }: { filename: string }) => filename);
    const { body, headers } = await get('/api/assets?sort=filename', {}, own.token);
    expect(headers['x-total-count']).toBe('2');
    expect(body).toMatchObject([
      { filename: 'lamp.bin', firmware: { version: '2.0', project_name: 'lamp', chip: 'esp32-s3' }, version_count: 1 },
      { filename: 'logo.png', version: 2, size: 5, version_count: 2, firmware: null },
    ]);
    expect(await names('')).toEqual(['lamp.bin', 'logo.png']);
    expect(await names('?q=LOGO')).toEqual(['logo.png']);
    expect(await names('?firmware=true')).toEqual(['lamp.bin']);
    expect(await names('?firmware=false')).toEqual(['logo.png']);
    expect(await names('?project=lamp')).toEqual(['lamp.bin']);
    expect(await names(`?to=${began}`)).toEqual([]);
    expect(await names(`?from=${began}&sort=size`)).toEqual(['logo.png', 'lamp.bin']);
    expect(await names('?limit=1&skip=1')).toEqual(['logo.png']);
    expect(await (await get('/api/assets', {}, stranger)).body).toEqual([]);
  });
});

describe('DELETE /assets/{filename}', () => {
  it('takes all versions away, and the next upload goes on counting', async () => {
    const filename = aName();
    for (const content of ['1', '2']) await uploader.upload({ filename, content });
    expect((await server.http('DELETE', `/api/assets/${filename}`, { token: stranger })).status).toBe(404);
    expect((await server.http('DELETE', `/api/assets/${filename}`, { token })).status).toBe(204);
    for (const path of ['', '/versions', '/versions/1', '/manifest'])
      expect((await get(`/api/assets/${filename}${path}`)).status).toBe(404);
    expect((await server.http('DELETE', `/api/assets/${filename}`, { token })).status).toBe(404);
    expect((await uploader.upload({ filename, content: '3' })).body.version).toBe(3);
    expect((await get(`/api/assets/${filename}/versions`)).body).toHaveLength(1);
  });
});
