import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { AssetUploader, sha256Of } from '../support/asset-uploader.js';
import { anEspImage } from '../support/esp-image.js';

let server: TestApp;
let token: string;
let uploader: AssetUploader;

beforeAll(async () => {
  server = await startTestApp({ settings: { assetsKeepVersions: 2 } });
  ({ token } = await server.signUp());
  uploader = await AssetUploader.for(server, token);
});
afterAll(() => server.close());

const ask = (method: string, url: string, body?: unknown, as = token) =>
  server.http(method, url, { token: as, ...(body === undefined ? {} : { body }) });
let made = 0;
const aName = (kind: string): string => `${kind} ${(made += 1)}`;

interface Fleet {
  profile: Body;
  filename: string;
  /** The key of a device of the profile. */
  device: string;
  offer: (version?: number | null) => Promise<Body>;
  release: (version: string) => Promise<void>;
}

async function aFleet(): Promise<Fleet> {
  const profile = (await ask('POST', '/api/v1/device-profiles', { name: aName('Thermostat') })).body;
  const filename = `${aName('thermostat')}.bin`;
  const release = async (version: string) => {
    const { status } = await uploader.upload({ filename, content: anEspImage({ version }) });
    if (status !== 200) throw new Error(`an upload was answered ${status}`);
  };
  await release('1.0.0');
  return {
    ...{ profile, filename, release },
    device: await aDeviceOf(String(profile.id)),
    offer: (version) => ask('PUT', `/api/v1/device-profiles/${String(profile.id)}/firmware`, { filename, version }),
  };
}

async function aDeviceOf(profileId: string | null): Promise<string> {
  const device = await ask('POST', '/api/v1/devices', { name: aName('device'), profile_id: profileId });
  return String((await ask('POST', `/api/v1/devices/${String(device.body.id)}/keys`, {})).body.key);
}

const versionFor = (profile: string, as: string) =>
  ask('GET', `/api/firmware/${encodeURIComponent(profile)}/version`, undefined, as);

describe('the firmware of a profile', () => {
  it('is offered to its devices, by the profile’s name or id', async () => {
    const { profile, filename, device, offer } = await aFleet();
    expect((await versionFor(profile.name, device)).status).toBe(404);
    expect(await offer()).toMatchObject({ status: 200, body: { filename, version: null } });
    const { status, body } = await versionFor(profile.name.toUpperCase(), device);
    expect([status, body]).toEqual([
      200,
      {
        firmware_version: '1.0.0',
        project_name: 'thermostat',
        secure_version: 0,
        filename,
        version: 1,
        size: 1024,
        sha256: sha256Of(anEspImage({ version: '1.0.0' })),
      },
    ]);
    expect((await versionFor(String(profile.id), device)).body).toEqual(body);
    expect((await versionFor(profile.name, token)).status).toBe(200);
  });

  it('is the file itself, also in parts', async () => {
    const { profile, device, offer } = await aFleet();
    await offer();
    const url = `/api/firmware/${String(profile.id)}/latest`;
    const whole = await server.http('GET', url, { token: device });
    expect(whole.headers).toMatchObject({
      'content-length': '1024',
      'x-firmware-version': '1.0.0',
      etag: `"${sha256Of(anEspImage({ version: '1.0.0' }))}"`,
    });
    const part = await server.http('GET', url, { token: device, headers: { range: 'bytes=48-52' } });
    expect([part.status, part.body]).toEqual([206, '1.0.0']);
    const same = { 'if-none-match': String(whole.headers['etag']) };
    expect((await server.http('GET', url, { token: device, headers: same })).status).toBe(304);
  });

  it('is the newest image, or the version that it is held to, which is kept', async () => {
    const { profile, filename, device, offer, release } = await aFleet();
    await offer(1);
    await release('1.1.0');
    await release('1.2.0');
    const running = async () => (await versionFor(profile.name, device)).body.firmware_version;
    expect(await running()).toBe('1.0.0');
    const kept = await ask('GET', `/api/assets/${encodeURIComponent(filename)}/versions`);
    expect(kept.body.map(({ version }: Body) => version)).toEqual([3, 2, 1]);
    await offer(null);
    expect(await running()).toBe('1.2.0');
    await uploader.upload({ filename, content: 'no image at all' });
    expect(await running()).toBe('1.2.0');
    await release('1.3.0');
    expect(await running()).toBe('1.3.0');
  });

  it('is told to no device of another profile, and to no other tenant', async () => {
    const { profile, offer } = await aFleet();
    await offer();
    const [other, none] = [(await aFleet()).device, await aDeviceOf(null)];
    const stranger = (await server.signUp()).token;
    for (const as of [other, none, stranger]) {
      expect((await versionFor(profile.name, as)).status).toBe(404);
      expect((await ask('GET', `/api/firmware/${String(profile.id)}/latest`, undefined, as)).status).toBe(404);
    }
  });

  it('is an image of an ESP32, and one that there is', async () => {
    const { profile } = await aFleet();
    const url = `/api/v1/device-profiles/${String(profile.id)}/firmware`;
    const filename = `${aName('logo')}.png`;
    await uploader.upload({ filename, content: 'a picture' });
    expect(await ask('PUT', url, { filename })).toMatchObject({ status: 422, body: { code: 'firmware.not_an_image' } });
    expect(await ask('PUT', url, { filename: 'none.bin' })).toMatchObject({ body: { errors: [{ path: 'filename' }] } });
    expect(await ask('PUT', url, { filename, version: 9 })).toMatchObject({ body: { errors: [{ path: 'version' }] } });
    expect((await ask('GET', url)).status).toBe(404);
  });

  it('holds its asset, unless by force', async () => {
    const { profile, filename, device, offer } = await aFleet();
    await offer(1);
    const url = `/api/assets/${encodeURIComponent(filename)}`;
    const refused = await ask('DELETE', url);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'RECORD_EXISTS', detail: expect.stringContaining(profile.name) },
    });
    expect((await ask('DELETE', `${url}?force=true`)).status).toBe(204);
    expect((await versionFor(profile.name, device)).status).toBe(404);
  });

  it('is withdrawn, and ends with its profile', async () => {
    const { profile, filename, device, offer } = await aFleet();
    await offer();
    const url = `/api/v1/device-profiles/${String(profile.id)}/firmware`;
    expect((await ask('DELETE', url)).status).toBe(204);
    expect((await ask('DELETE', url)).status).toBe(404);
    expect((await versionFor(profile.name, device)).status).toBe(404);
    await offer();
    await ask('DELETE', `/api/v1/device-profiles/${String(profile.id)}?force=true`);
    expect((await versionFor(profile.name, token)).status).toBe(404);
    expect((await ask('DELETE', `/api/assets/${encodeURIComponent(filename)}`)).status).toBe(204);
  });
});
