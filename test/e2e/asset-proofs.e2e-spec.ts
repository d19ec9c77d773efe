import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { AssetUploader, sha256Of, signed, uploaderPrivatePem, uploaderPublicPem } from '../support/asset-uploader.js';
import { anEspImage } from '../support/esp-image.js';

const folder = mkdtempSync(join(tmpdir(), 'fieldline-test-proofs-'));
const keyPath = join(folder, 'signing.pem');
let server: TestApp;
let token: string;

beforeAll(async () => {
  writeFileSync(keyPath, uploaderPrivatePem);
  server = await startTestApp({
    settings: { signingKeyPath: keyPath, assetsAcceptTimestampSignatures: true, legacyDeviceReads: ['127.0.0.0/8'] },
  });
  ({ token } = await server.signUp());
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ask = (method: string, url: string, body?: unknown, as = token) =>
  server.http(method, url, { token: as, ...(body === undefined ? {} : { body }) });
let made = 0;
const aName = (): string => `proof-${(made += 1)}.bin`;

/** What openssl says: it knows nothing of us. */
function opensslVerifies(publicPem: string, text: string, signature: string): boolean {
  const [pem, file, sig] = ['public.pem', 'signed.txt', 'signature.bin'].map((name) => join(folder, name));
  writeFileSync(pem ?? '', publicPem);
  writeFileSync(file ?? '', text);
  writeFileSync(sig ?? '', Buffer.from(signature, 'base64'));
  try {
    const said = execFileSync('openssl', [
      'dgst',
      '-sha256',
      '-verify',
      pem ?? '',
      '-signature',
      sig ?? '',
      file ?? '',
    ]);
    return said.toString().trim() === 'Verified OK';
  } catch {
    return false;
  }
}

describe('GET /assets/{filename}/manifest', () => {
  const manifestOf = async (filename: string, as = token): Promise<Body> =>
    (await ask('GET', `/api/assets/${filename}/manifest`, undefined, as)).body;

  it('carries a signature that openssl takes, of a text with all that counts', async () => {
    await ask('POST', '/api/v1/asset-keys', { name: 'the uploader', private_key: uploaderPrivatePem });
    const uploader = await AssetUploader.for(server, token);
    const filename = aName();
    await uploader.upload({ filename, content: anEspImage({ version: '1.4.2' }) });
    const manifest = await manifestOf(filename);
    expect(manifest).toMatchObject({ filename, version: 1, size: 1024, firmware: { version: '1.4.2' } });
    expect(String(manifest.signed).split('\n')).toEqual([
      'fieldline-asset-manifest-v1',
      `filename: ${filename}`,
      'version: 1',
      'size: 1024',
      `sha256: ${sha256Of(anEspImage({ version: '1.4.2' }))}`,
      `uploaded_at: ${String(manifest.uploaded_at)}`,
      'firmware_version: 1.4.2',
      '',
    ]);
    expect(opensslVerifies(uploaderPublicPem, manifest.signed, manifest.signature)).toBe(true);
    expect(
      opensslVerifies(uploaderPublicPem, manifest.signed.replace('version: 1', 'version: 2'), manifest.signature),
    ).toBe(false);
    const [key] = (await ask('GET', '/api/v1/asset-keys')).body;
    expect(manifest.key_fingerprint).toBe(key.fingerprint);
  });

  it('carries the uploader’s own proof also where nobody gave the server a private key', async () => {
    const own = await server.signUp();
    const uploader = await AssetUploader.for(server, own.token);
    const filename = aName();
    await uploader.upload({ filename, content: 'x' });
    const manifest = await manifestOf(filename, own.token);
    expect(manifest).toMatchObject({ signature: null, key_fingerprint: null, upload: { signed: 'file' } });
    const text = `${String(manifest.upload.timestamp)}\n${filename}\n${String(manifest.sha256)}`;
    expect(opensslVerifies(uploaderPublicPem, text, manifest.upload.signature)).toBe(true);
  });
});

describe('the default tenant', () => {
  const uploader = () => new AssetUploader(server);
  const fetched = (filename: string) => server.http('GET', `/api/assets/${filename}`);

  it('takes what is signed with the key in SIGNING_KEY_PATH, and serves it to networks that are named', async () => {
    const filename = aName();
    expect((await uploader().upload({ filename, content: 'of all' })).status).toBe(200);
    expect(await fetched(filename)).toMatchObject({ status: 200, body: 'of all' });
    const { body } = await server.http('GET', `/api/assets/${filename}/manifest`);
    expect(opensslVerifies(uploaderPublicPem, body.signed, body.signature)).toBe(true);
    expect((await ask('GET', `/api/assets/${filename}`)).status).toBe(404);
    expect((await server.http('GET', '/api/assets')).status).toBe(401);
  });

  it('takes the old form, in which the time alone is signed, where it is told to, and still each once', async () => {
    const timestamp = new Date(Date.now() - 5_000).toISOString().replace('Z', '+00:00');
    const filename = aName();
    const parts = { timestamp, signature: signed(timestamp), order: ['file', 'timestamp', 'signature'] };
    const answer = await uploader().upload({ filename, content: 'old', ...parts });
    expect(answer).toMatchObject({ status: 200, body: { filename, size: 3 } });
    const replayed = await uploader().upload({ filename, content: 'evil', ...parts });
    expect(replayed).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect((await uploader().upload({ filename: aName(), content: 'evil', ...parts })).status).toBe(400);
    expect((await fetched(filename)).body).toBe('old');
  });

  it('says errors as document 003’s clients read them', async () => {
    const answer = await uploader().upload({ filename: '../x' });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        type: 'urn:fieldline:problem:asset_upload.invalid',
        error: expect.stringContaining('filename'),
        code: 'VALIDATION_FAILED',
        correlationId: expect.any(String),
        details: { errors: [{ field: 'filename' }] },
      },
    });
    expect((await fetched('none.bin')).body).toMatchObject({ code: 'RECORD_NOT_FOUND' });
  });

  it('does not start with a key that is no use', async () => {
    for (const pem of [
      'no key',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
    ]) {
      const path = join(folder, 'bad.pem');
      writeFileSync(path, pem);
      const starting = startTestApp({ database: server.database, settings: { signingKeyPath: path } });
      await expect(starting).rejects.toThrow('SIGNING_KEY_PATH');
    }
  });
});

describe('/asset-keys', () => {
  const url = '/api/v1/asset-keys';
  const name = () => `key ${(made += 1)}`;

  it('takes a public key, which verifies and signs nothing', async () => {
    const { status, body } = await ask('POST', url, { name: name(), public_key: uploaderPublicPem });
    expect(status).toBe(201);
    expect(body).toMatchObject({ bits: 2048, private_key: null, signs_manifests: false, enabled: true });
  });

  it('takes a private key, keeps it sealed, and never shows it', async () => {
    const { status, body } = await ask('POST', url, { name: name(), private_key: uploaderPrivatePem });
    expect([status, body.private_key, body.signs_manifests]).toEqual([201, '********', true]);
    expect(body.public_key).toBe(uploaderPublicPem);
    const [row] = await server.database.query<{ sealed: string }>(
      'SELECT private_key_sealed AS sealed FROM asset_keys WHERE id = $1',
      [String(body.id)],
    );
    expect(row?.sealed).toMatch(/^v1\./);
    // What was read may be sent back.
    expect((await ask('PUT', `${url}/${String(body.id)}`, body)).status).toBe(200);
  });

  it('makes one, and shows it this once', async () => {
    const { body } = await ask('POST', url, { name: name() });
    expect(body.private_key).toContain('-----BEGIN PRIVATE KEY-----');
    expect(body.bits).toBe(3072);
    expect((await ask('GET', `${url}/${String(body.id)}`)).body.private_key).toBe('********');
  });

  it('is renamed and switched off, and refuses a name that is taken', async () => {
    const [one, other] = [name(), name()];
    const { body } = await ask('POST', url, { name: one, public_key: uploaderPublicPem });
    await ask('POST', url, { name: other, public_key: uploaderPublicPem });
    expect((await ask('POST', url, { name: one, public_key: uploaderPublicPem })).status).toBe(409);
    expect((await ask('PATCH', `${url}/${String(body.id)}`, { name: other })).status).toBe(409);
    expect((await ask('PATCH', `${url}/${String(body.id)}`, { enabled: false })).body.enabled).toBe(false);
    expect((await ask('GET', `${url}?enabled=false`)).body.map(({ id }: Body) => id)).toEqual([body.id]);
    expect((await ask('PUT', `${url}/${String(body.id)}`, { public_key: 'x' })).status).toBe(400);
  });

  it.each([
    [{ public_key: 'nonsense' }, 'public_key'],
    [{ public_key: uploaderPrivatePem }, 'public_key'],
    [{ private_key: uploaderPublicPem }, 'private_key'],
    [{ private_key: uploaderPrivatePem, public_key: otherPublicPem() }, 'public_key'],
  ])('refuses what is no key (%#)', async (given, path) => {
    expect(await ask('POST', url, { name: name(), ...given })).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    });
  });
});

function otherPublicPem(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
}
