import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui } from '../support/uplinks.js';
import { vendorCodecs } from '../support/vendor-codecs.js';

const time = '2026-11-20T10:00:00.000Z';

describe('codecs as vendors write them', () => {
  let app: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    app = await startTestApp();
    world = await TenantWorld.create(app);
  });
  afterAll(() => app.close());

  const aDeviceOf = async (given: object): Promise<Body> => {
    const body = { name: `profile of ${aDevEui()}`, ...given };
    const { body: profile } = await app.http('POST', '/api/v1/device-profiles', { token: world.token, body });
    return world.aDevice({ profile_id: profile.id });
  };
  /** The event as the history shows it once its job has ended. */
  const posted = async (device: Body, hex: string, fPort: number): Promise<Body> => {
    const data = Buffer.from(hex, 'hex').toString('base64');
    const { event_id } = await world.post(device.dev_eui, { object: undefined, data, fPort, time });
    await eventually(async () => {
      const jobs = await app.database.query('SELECT FROM jobs WHERE id = $1', [event_id]);
      return jobs.length === 0 ? true : undefined;
    }, 'the end of the event');
    const history = await world.get(`/api/v1/devices/${device.id}/history`);
    return history.find(({ id }: Body) => id === event_id);
  };
  const latestOf = async (device: Body): Promise<Body> => (await world.get(`/api/v1/devices/${device.id}`)).latest;
  const seriesOf = async (device: Body): Promise<Record<string, (number | null)[]>> => {
    const url = `/api/v1/devices/${device.id}/series?from=${time}&to=2026-11-20T11:00:00Z&interval=1h&agg=last`;
    const { series } = await world.get(url);
    return Object.fromEntries(series.map(({ key, values }: Body) => [key, values]));
  };

  it.each(vendorCodecs.map((codec) => [codec.name, codec] as const))(
    '%s decodes, unchanged, for latest and series',
    async (_, { code, fPort, hex, decoded }) => {
      const codec = await world.aFunction(code);
      const device = await aDeviceOf({ codec_function_id: codec.id });
      const event = await posted(device, hex, fPort);
      expect(event).toMatchObject({ decoded, data: { data: Buffer.from(hex, 'hex').toString('base64') } });
      expect([event.decode_error, event.decode_warnings]).toEqual([undefined, undefined]);
      expect(await latestOf(device)).toEqual(decoded);
      const numbers = Object.entries(decoded).filter(([, value]) => typeof value === 'number');
      expect(await seriesOf(device)).toMatchObject(Object.fromEntries(numbers.map(([key, value]) => [key, [value]])));
    },
  );

  it('are not needed for Cayenne LPP', async () => {
    const device = await aDeviceOf({ codec: 'cayenne_lpp' });
    const event = await posted(device, '0367011005710000ffff03e8', 1);
    const decoded = { temperature_3: 27.2, accelerometer_5: { x: 0, y: -0.001, z: 1 } };
    expect(event.decoded).toEqual(decoded);
    expect(await latestOf(device)).toEqual(decoded);
    expect(await seriesOf(device)).toMatchObject({ temperature_3: [27.2], 'accelerometer_5.z': [1] });
  });

  it('leave the values before a fault, and the raw bytes always', async () => {
    const device = await aDeviceOf({ codec: 'cayenne_lpp' });
    const half = await posted(device, '03670110034d', 1);
    expect(half).toMatchObject({ decoded: { temperature_3: 27.2 }, data: { data: 'A2cBEANN' } });
    expect(half.decode_warnings).toEqual(['byte 4: type 77 is not known; the rest is not read']);
    const none = await posted(device, '034d', 1);
    expect(none).toMatchObject({ decoded: null, data: { data: 'A00=' } });
    expect(none.decode_error).toEqual({
      code: 'codec.errors',
      message: 'byte 0: type 77 is not known; the rest is not read',
    });
    expect(await latestOf(device)).toEqual({ temperature_3: 27.2 });
  });

  it('are one of the two, built in or a function', async () => {
    const codec = await world.aFunction('function decodeUplink() { return { data: {} }; }');
    const url = '/api/v1/device-profiles';
    const ask = (method: string, at: string, body: object) => app.http(method, at, { token: world.token, body });
    const both = await ask('POST', url, { name: 'both', codec: 'cayenne_lpp', codec_function_id: codec.id });
    expect([both.status, both.body.errors[0].path]).toEqual([400, 'codec']);
    expect((await ask('POST', url, { name: 'odd', codec: 'morse' })).status).toBe(400);
    const { body: profile } = await ask('POST', url, { name: 'one', codec_function_id: codec.id });
    expect((await ask('PATCH', `${url}/${profile.id}`, { codec: 'cayenne_lpp' })).status).toBe(400);
    const changed = await ask('PATCH', `${url}/${profile.id}`, { codec: 'cayenne_lpp', codec_function_id: null });
    expect([changed.status, changed.body.codec, changed.body.codec_function_id]).toEqual([200, 'cayenne_lpp', null]);
    expect((await ask('PUT', `${url}/${profile.id}`, changed.body)).status).toBe(200);
  });
});
