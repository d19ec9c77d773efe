import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui } from '../support/uplinks.js';

const temperature = `function decodeUplink({ bytes, fPort }) {
  if (bytes.length < 2) return { errors: ['too short'] };
  const warnings = bytes.length > 2 ? ['more than two bytes'] : [];
  return { data: { temperature: ((bytes[0] << 8) | bytes[1]) / 10, port: fPort }, warnings };
}`;

describe('an uplink without decoded values', () => {
  let app: TestApp;
  let world: TenantWorld;
  let sink: HttpSink;

  beforeAll(async () => {
    [app, sink] = await Promise.all([startTestApp(), HttpSink.start()]);
    world = await TenantWorld.create(app);
  });
  afterAll(async () => {
    await app.close();
    await sink.close();
  });

  const aProfile = async (given: object): Promise<Body> => {
    const body = { name: `profile of ${aDevEui()}`, ...given };
    return (await app.http('POST', '/api/v1/device-profiles', { token: world.token, body })).body;
  };
  const aDeviceWith = async (code: string): Promise<Body> => {
    const codec = await world.aFunction(code);
    return world.aDevice({ profile_id: (await aProfile({ codec_function_id: codec.id })).id });
  };
  /** Posts the bytes and answers the event as the history shows it once its job has ended. */
  const posted = async (device: Body, bytes: number[], given: object = {}): Promise<Body> => {
    const data = Buffer.from(bytes).toString('base64');
    const { event_id } = await world.post(device.dev_eui, { object: undefined, data, ...given });
    await eventually(async () => {
      const jobs = await app.database.query('SELECT FROM jobs WHERE id = $1', [event_id]);
      return jobs.length === 0 ? true : undefined;
    }, 'the end of the event');
    const history = await world.get(`/api/v1/devices/${device.id}/history`);
    return history.find(({ id }: Body) => id === event_id);
  };
  const latestOf = async (device: Body): Promise<Body> => (await world.get(`/api/v1/devices/${device.id}`)).latest;

  it('is decoded by the codec of its profile, also when no flow matches', async () => {
    const device = await aDeviceWith(temperature);
    const event = await posted(device, [0x01, 0x10], { fPort: 7 });
    expect(event.decoded).toEqual({ temperature: 27.2, port: 7 });
    expect(event.data.data).toBe('ARA=');
    expect(event).not.toHaveProperty('decode_error');
    expect(await latestOf(device)).toEqual({ temperature: 27.2, port: 7 });
  });

  it.each([
    ['Decoder(bytes, port)', 'function Decoder(bytes, port) { return { sum: bytes[0] + port }; }'],
    ['Decode(fPort, bytes)', 'function Decode(fPort, bytes) { return { sum: bytes[0] + fPort }; }'],
  ])('is decoded by the old form %s too', async (_, code) => {
    const device = await aDeviceWith(code);
    expect((await posted(device, [40], { fPort: 2 })).decoded).toEqual({ sum: 42 });
  });

  it.each([
    ['decodeUplink', 'function decodeUplink({ bytes, variables }) { return { data: { v: variables, n: bytes[0] } }; }'],
    ['Decode', 'function Decode(fPort, bytes, variables) { return { v: variables, n: bytes[0] }; }'],
  ])('gives %s what is noted on the profile and the device as variables, all texts', async (_, code) => {
    const codec = await world.aFunction(code);
    const defaults = { metadata: { scale: 0.5, unit: 'bar', sealed: true } };
    const profile = await aProfile({ codec_function_id: codec.id, defaults });
    const device = await world.aDevice({ profile_id: profile.id, metadata: { unit: 'psi', site: { deep: 1 } } });
    const { decoded } = await posted(device, [7]);
    expect(decoded).toEqual({ v: { scale: '0.5', unit: 'psi', sealed: 'true' }, n: 7 });
  });

  it('keeps the warnings, and the errors in place of values', async () => {
    const device = await aDeviceWith(temperature);
    expect(await posted(device, [1, 2, 3])).toMatchObject({ decode_warnings: ['more than two bytes'] });
    const failed = await posted(device, [1]);
    expect(failed).toMatchObject({ decoded: null, decode_error: { code: 'codec.errors', message: 'too short' } });
    const thrower = await aDeviceWith('function decodeUplink() { throw new Error("odd"); }');
    expect((await posted(thrower, [1])).decode_error).toMatchObject({ code: 'sandbox.threw', line: 1 });
    expect(await latestOf(thrower)).toEqual({});
  });

  it('goes decoded into flows, with the name of its profile, and again so into a replay', async () => {
    const codec = await world.aFunction(temperature);
    const profile = await aProfile({ name: 'EM300-TH', codec_function_id: codec.id });
    const device = await world.aDevice({ profile_id: profile.id });
    const fn = await world.aFunction(
      'function process(m) { return { t: m.data.temperature, kind: m.device.profile }; }',
    );
    const hook = await world.anIntegration('http', { url: `${sink.url}/decoded` });
    const flow = await world.aChain(['device', device.id], ['function', fn.id], ['integration', hook.id]);
    await posted(device, [0x01, 0x10]);
    const arrived = async (count: number): Promise<unknown[]> =>
      eventually(() => {
        const bodies = sink.requests.map(({ body }) => JSON.parse(body) as unknown);
        return Promise.resolve(bodies.length === count ? bodies : undefined);
      }, 'deliveries');
    expect(await arrived(1)).toEqual([{ t: 27.2, kind: 'EM300-TH' }]);
    const [run] = await world.get(`/api/v1/flows/${flow.id}/history`);
    const detail = await world.get(`/api/v1/flows/${flow.id}/history/${run.id}`);
    expect(detail.input_data.data).toEqual({ temperature: 27.2, port: 85 });
    await app.http('PUT', `/api/v1/functions/${codec.id}`, {
      token: world.token,
      body: { code: 'function decodeUplink() { return { data: {} }; }' },
    });
    await app.http('POST', `/api/v1/flows/${flow.id}/history/${run.id}/replay`, { token: world.token });
    expect(await arrived(2)).toEqual([1, 2].map(() => ({ t: 27.2, kind: 'EM300-TH' })));
  });

  it('is left as it is when somebody decoded it, when it holds no bytes, or when the keys are elsewhere', async () => {
    const device = await aDeviceWith(temperature);
    expect((await posted(device, [1, 2], { object: { own: 1 } })).decoded).toEqual({ own: 1 });
    expect((await posted(device, [], {})).decoded).toBeNull();
    expect((await posted(device, [1, 2], { joinServerContext: { sessionKeyId: 'x' } })).decoded).toBeNull();
    const [row] = await app.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM decoded_values WHERE device_id = $1',
      [device.id],
    );
    expect(row?.count).toBe(0);
  });
});
