import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { AssetUploader, sha256Of, uploaderPrivatePem, uploaderPublicPem } from '../support/asset-uploader.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { MqttSink } from '../support/mqtt-sink.js';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../../../scripts/upload-asset.sh');

const folder = mkdtempSync(join(tmpdir(), 'fieldline-test-assets-'));
const clock = new FakeClock();
let broker: MqttSink;
let server: TestApp;
let replica: TestApp;
let url: string;
let token: string;
let tenantId: string;
let uploader: AssetUploader;

beforeAll(async () => {
  broker = await MqttSink.start();
  const mqtt = {
    url: `mqtt://127.0.0.1:${broker.port}`,
    username: undefined,
    password: undefined,
    prefix: 'iotsupport',
  };
  const settings = { assetsDir: folder, mqtt };
  server = await startTestApp({ settings, clock });
  replica = await startTestApp({ settings, clock, database: server.database });
  url = await server.listen();
  ({ token, tenantId } = await server.signUp());
  uploader = await AssetUploader.for(server, token, () => clock.nowMs());
});
afterAll(async () => {
  await replica.close();
  await server.close();
  await broker.close();
  rmSync(folder, { recursive: true });
});

let made = 0;
const aName = (): string => `stored-${(made += 1)}.bin`;
const get = (path: string, as = server) => as.http('GET', path, { token });
const filesIn = (...path: string[]): string[] => {
  const at = join(folder, ...path);
  // Made with the first upload.
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'lock')
    .map(({ name }) => name);
};
const kept = () => filesIn('.store', tenantId).sort();
const versions = async () =>
  (
    await server.database.query<{ id: string }>('SELECT id FROM asset_versions WHERE tenant_id = $1 ORDER BY id', [
      tenantId,
    ])
  ).map(({ id }) => id);

describe('ASSETS_DIR', () => {
  it('holds one file for each version, under an id, and nothing of what was refused', async () => {
    const filename = aName();
    await uploader.upload({ filename, content: 'a' });
    await uploader.upload({ filename, content: 'b', signature: 'A'.repeat(344) });
    await uploader.upload({ filename: '../../escaped.bin', content: 'c' });
    await uploader.upload({ filename, content: 'd', order: ['file', 'timestamp'] });
    const { body, headers } = uploader.form({ filename, content: 'e'.repeat(5_000) });
    await server.http('POST', '/api/assets/upload', { body: body.subarray(0, 2_000), headers });
    expect(kept()).toEqual(await versions());
    expect(filesIn('.incoming')).toEqual([]);
    await server.http('DELETE', `/api/assets/${filename}`, { token });
    expect(kept()).toEqual(await versions());
  });

  it('is one for all replicas: what one took the other serves and deletes', async () => {
    const filename = aName();
    await uploader.upload({ filename, content: 'shared' });
    expect((await get(`/api/assets/${filename}`, replica)).body).toBe('shared');
    const theirs = new AssetUploader(replica, uploader.keyId, () => clock.nowMs());
    expect((await theirs.upload({ filename, content: 'newer' })).body.version).toBe(2);
    expect((await get(`/api/assets/${filename}`)).body).toBe('newer');
    const parts = { filename, content: 'once', timestamp: new Date(clock.nowMs()).toISOString() };
    const statuses = await Promise.all([uploader, theirs].map((one) => one.upload(parts).then(({ status }) => status)));
    expect(statuses.sort()).toEqual([200, 400]);
    await replica.http('DELETE', `/api/assets/${filename}`, { token });
    expect((await get(`/api/assets/${filename}`)).status).toBe(404);
    expect(kept()).toEqual(await versions());
  });

  it('keeps nothing of an upload whose client is gone', async () => {
    const filename = aName();
    const { body, headers } = uploader.form({ filename, content: Buffer.alloc(200_000) });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST /api/assets/upload HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers['content-type'] ?? ''}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, 100_000));
    await eventually(() => Promise.resolve(filesIn('.incoming').length === 1 ? true : undefined), 'half a file');
    socket.destroy();
    await once(socket, 'close');
    await eventually(() => Promise.resolve(filesIn('.incoming').length === 0 ? true : undefined), 'no file');
    expect((await get(`/api/assets/${filename}`)).status).toBe(404);
  });

  it('is rid of what processes that have ended left behind, and of nothing else', async () => {
    const filename = aName();
    await uploader.upload({ filename, content: 'stays' });
    const orphan = newId(clock.nowMs());
    const young = newId(clock.nowMs());
    for (const id of [orphan, young]) writeFileSync(join(folder, '.store', tenantId, id), 'without a row');
    const longAgo = (clock.nowMs() - 2 * 3_600_000) / 1_000;
    utimesSync(join(folder, '.store', tenantId, orphan), longAgo, longAgo);
    const dead = join(folder, '.incoming', '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90');
    mkdirSync(dead, { recursive: true });
    writeFileSync(join(dead, 'half'), 'half a file');
    expect(await server.app.get(Maintenance).runNow('assets')).toBe(true);
    expect(readdirSync(join(folder, '.incoming'))).not.toContain('01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90');
    expect(kept()).not.toContain(orphan);
    expect(kept()).toContain(young);
    rmSync(join(folder, '.store', tenantId, young));
    expect((await get(`/api/assets/${filename}`)).body).toBe('stays');
    // The folder that the replica holds is still there for its next upload.
    const theirs = new AssetUploader(replica, uploader.keyId, () => clock.nowMs());
    expect((await theirs.upload({ filename, content: 'goes on' })).status).toBe(200);
  });

  it('forgets a signature only when it is accepted no more', async () => {
    const used = async () =>
      (await server.database.query('SELECT digest FROM used_asset_signatures WHERE tenant_id = $1', [tenantId])).length;
    const parts = { filename: aName(), content: 'x', timestamp: new Date(clock.nowMs()).toISOString() };
    await uploader.upload(parts);
    const before = await used();
    clock.advance(299_000);
    await server.app.get(Maintenance).runNow('assets');
    expect(await used()).toBe(before);
    expect((await uploader.upload(parts)).body.type).toContain('signature_used');
    clock.advance(400_000);
    await server.app.get(Maintenance).runNow('assets');
    expect(await used()).toBeLessThan(before);
    expect((await uploader.upload(parts)).body.errors).toMatchObject([{ path: 'timestamp' }]);
  });

  it('says so where a file is no longer there', async () => {
    const filename = aName();
    await uploader.upload({ filename, content: 'lost' });
    const [id] = (await versions()).slice(-1);
    rmSync(join(folder, '.store', tenantId, id ?? ''));
    expect(await get(`/api/assets/${filename}`)).toMatchObject({
      status: 503,
      body: { type: 'urn:fieldline:problem:asset.file_missing' },
    });
    await server.http('DELETE', `/api/assets/${filename}`, { token });
  });

  it('that is none is an error of ours, and no version', async () => {
    const nowhere = join(folder, 'a-file');
    writeFileSync(nowhere, '');
    const other = await startTestApp({ settings: { assetsDir: nowhere }, clock, database: server.database });
    const theirs = new AssetUploader(other, uploader.keyId, () => clock.nowMs());
    const filename = aName();
    expect((await theirs.upload({ filename })).status).toBe(503);
    expect((await get(`/api/assets/${filename}`)).status).toBe(404);
    await other.close();
    rmSync(nowhere);
  });
});

describe('an upload', () => {
  it('is told to the fleet’s broker', async () => {
    await server.http('GET', '/api/health');
    broker.clear();
    const filename = aName();
    await uploader.upload({ filename, content: 'news' });
    const [message] = await broker.received(1, 20_000);
    expect(message?.topic).toMatch(/^iotsupport\/.*updates\/assets$/);
    expect(JSON.parse(message?.payload ?? '')).toEqual({ filename });
  });

  it('is counted under document 003’s names', async () => {
    await uploader.upload({ filename: aName(), content: 'counted' });
    await uploader.upload({ filename: '..', content: 'counted' });
    const { body } = await server.http('GET', '/metrics');
    expect(body).toMatch(/iot_asset_upload_requests_total\{status="success",error_type="none"\} [1-9]/);
    expect(body).toMatch(/iot_asset_upload_requests_total\{status="validation_error",error_type="filename"\} [1-9]/);
    expect(body).toMatch(/iot_asset_upload_file_size_bytes_count [1-9]/);
    expect(body).toMatch(/iot_asset_upload_signature_verification_duration_seconds_count\{result="success"\} [1-9]/);
  });

  it('is made by the script, from a pipeline', async () => {
    const own = await server.signUp();
    const body = { name: 'CI', public_key: uploaderPublicPem };
    const key = await server.http('POST', '/api/v1/asset-keys', { token: own.token, body });
    const [file, pem] = [join(folder, 'größer & besser.bin'), join(folder, 'key.pem')];
    writeFileSync(file, 'from a pipeline');
    writeFileSync(pem, uploaderPrivatePem);
    // The script reads this machine's clock.
    const shifted = Math.round((clock.nowMs() - Date.now()) / 1_000);
    const env = { ...process.env, PATH: `${fakeDate(shifted)}:${process.env['PATH'] ?? ''}` };
    const { stdout } = await run('bash', [script, `${url}/`, file, pem, String(key.body.id)], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      filename: 'größer & besser.bin',
      version: 1,
      sha256: sha256Of('from a pipeline'),
    });
    const named = await run('bash', [script, url, file, pem, String(key.body.id)], {
      env: { ...env, ASSET_NAME: 'b.bin' },
    });
    expect(JSON.parse(named.stdout)).toMatchObject({ filename: 'b.bin' });
    const wrong = run('bash', [script, url, file, pem, newId(0)], { env });
    await expect(wrong).rejects.toMatchObject({ stdout: expect.stringContaining('signature') });
  });
});

/** A folder with a `date` that is as far off as the tests' clock. */
function fakeDate(seconds: number): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'date'), `#!/bin/sh\nexec /bin/date -d "${seconds} seconds" "$@"\n`, { mode: 0o755 });
  return bin;
}
