import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Body, TestAnswer } from '../support/app.js';
import { inDelhi, ZeroTouchLab } from '../support/zero-touch-lab.js';

const lab = new ZeroTouchLab();
const { anotherTenant, ask, aFleet, register, asked, rows } = lab;
const listed = async (url: string): Promise<Body[]> => (await ask('GET', url)).body;
const devices = (): Promise<Body[]> => listed('/api/v1/devices?sort=name');
const namesOf = async (): Promise<unknown> => {
  const branch = ({ name, profile, contains }: Body): unknown => [name, profile?.name, contains.map(branch)];
  return (await listed('/api/v1/places/tree')).map(branch);
};

describe('a key that places its devices', () => {
  it('makes country, state and device in one call, and says what it made', async () => {
    const { id, key } = await aFleet();
    const { status, body } = await register(key, inDelhi);
    const [device] = await devices();
    expect(status).toBe(200);
    expect(body).toEqual({
      ...{ deviceId: `dev_${device.id}`, uuid: 'gateway-1', deviceName: 'a gateway' },
      ...{ apiKey: expect.stringMatching(/^fld_/), accessToken: expect.stringMatching(/^[0-9A-Za-z]{20}$/) },
      registeredAt: expect.any(Number),
      placement: {
        device_created: true,
        handshake_at: null,
        path: [
          { id: expect.any(String), name: 'INDIA', created: true },
          { id: device.place_id, name: 'Delhi', created: true },
        ],
        location_source: 'device',
        location: { latitude: 28.6139, longitude: 77.209, altitude: null },
      },
    });
    expect(device).toMatchObject({
      ...{ name: 'a gateway', uuid: 'gateway-1', serial: 'SN-1', handshake_at: null },
      profile: { name: 'IoT-Gateway' },
      location: { latitude: 28.6139, longitude: 77.209, altitude: null, source: 'device' },
    });
    expect(await namesOf()).toEqual([['INDIA', 'Country', [['Delhi', 'State', []]]]]);
    const state = (await ask('GET', `/api/v1/places/${device.place_id}`)).body;
    expect(state.location).toMatchObject({ latitude: 28.6139, longitude: 77.209 });
    expect((await ask('GET', `/api/v1/devices/${device.id}/access-token`)).body.token).toBe(body.accessToken);
    const [made] = await listed(`/api/v1/audit?subject_id=${device.id}&action=device.created`);
    expect(made).toMatchObject({
      actor: { kind: 'provisioning_key' },
      report: { provisioning_key_id: id, places_made: [{ name: 'INDIA' }, { id: device.place_id, name: 'Delhi' }] },
    });
    expect(asked()).toEqual([]);
  });

  it('changes nothing the second time, and gives no bearer key', async () => {
    const { key } = await aFleet();
    const { body: first } = await register(key, inDelhi);
    const before = await rows();
    const [device] = await devices();
    const { status, body: second } = await register(key, inDelhi);
    expect([status, second.accessToken, second.apiKey]).toEqual([200, first.accessToken, undefined]);
    expect(second.placement).toEqual({
      ...first.placement,
      device_created: false,
      path: first.placement.path.map((place: object) => ({ ...place, created: false })),
    });
    expect([await rows(), await devices()]).toEqual([before, [device]]);
  });

  it('finds the places again without case, and asks nobody for a device that stands somewhere', async () => {
    const { key } = await aFleet();
    await register(key, inDelhi);
    await register(key, {
      ...inDelhi,
      ...{ uuid: 'gateway-2', serial: 'SN-2', deviceName: 'b' },
      country: 'iNDIA',
      state: 'DELHI',
    });
    await register(key, { uuid: 'gateway-2', deviceName: 'b', serial: undefined });
    expect(await namesOf()).toEqual([['INDIA', 'Country', [['Delhi', 'State', []]]]]);
    expect([(await devices()).length, asked()]).toEqual([2, []]);
  });

  it('leaves a device where people moved it', async () => {
    const { key } = await aFleet();
    await register(key, inDelhi);
    const [{ id, place_id }] = await devices();
    const { body: room } = await ask('POST', '/api/v1/places', { name: 'Room 7', parent_id: place_id });
    await ask('PATCH', `/api/v1/devices/${id}`, { place_id: room.id, location: null });
    const { body } = await register(key, { ...inDelhi, country: 'Nepal' });
    expect(body.placement).toMatchObject({
      path: [{ name: 'INDIA' }, { name: 'Delhi' }, { name: 'Room 7' }],
      location_source: 'none',
    });
    expect((await devices())[0]).toMatchObject({ place_id: room.id, location: null });
  });

  it('makes one country and one state of a hundred calls at once', async () => {
    const { key } = await aFleet();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => {
        const own = { uuid: `gateway-${n.toString()}`, serial: `SN-${n.toString()}`, deviceName: `g ${n.toString()}` };
        return register(key, { ...inDelhi, ...own });
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await namesOf()).toEqual([['INDIA', 'Country', [['Delhi', 'State', []]]]]);
    expect(await devices()).toHaveLength(100);
    const made = answers.flatMap(({ body }) => body.placement.path.filter(({ created }: Body) => created));
    expect(made).toHaveLength(2);
  });

  it('makes one device of the same call twenty times at once', async () => {
    const { id, key } = await aFleet();
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(key, inDelhi)));
    expect(new Set(answers.map(({ status, body }) => `${status.toString()} ${String(body.accessToken)}`)).size).toBe(1);
    expect(answers.filter(({ body }) => body.apiKey !== undefined)).toHaveLength(1);
    expect([(await devices()).length, (await ask('GET', `/api/v1/provisioning-keys/${id}`)).body.devices_used]).toEqual(
      [1, 1],
    );
  });

  it.each([
    ['country_profile', 'Landmass', inDelhi],
    ['state_profile', 'Province', inDelhi],
  ])('names a profile that is not there: %s', async (field, name, said) => {
    const { key } = await aFleet({ placement: { [field]: name } });
    const { status, body } = await register(key, said);
    expect([status, body.code, body.detail]).toEqual([
      422,
      'place_profile.unknown',
      `there is no place profile named "${name}"`,
    ]);
    expect([await devices(), await namesOf()]).toEqual([[], []]);
  });

  it('takes the profiles that it names', async () => {
    await ask('POST', '/api/v1/place-profiles', { name: 'Land' });
    const { body: profile } = await ask('POST', '/api/v1/device-profiles', { name: 'meter' });
    const { key } = await aFleet({ placement: { country_profile: 'land' }, profile_id: profile.id });
    await register(key, inDelhi);
    expect(await namesOf()).toEqual([['INDIA', 'Land', [['Delhi', 'State', []]]]]);
    expect((await devices())[0].profile.name).toBe('meter');
  });

  it('leaves nothing behind where the device cannot be made', async () => {
    const { key } = await aFleet();
    await lab.world.aDevice({ mac: 'b8:27:eb:12:34:56' });
    const before = await rows();
    const { status } = await register(key, { ...inDelhi, macAddress: 'b8:27:eb:12:34:56' });
    expect([status, await namesOf()]).toEqual([409, []]);
    expect(await rows()).toEqual(before);
  });

  it('knows nothing of other tenants', async () => {
    const { key } = await aFleet();
    await register(key, inDelhi);
    await anotherTenant();
    const { key: other } = await aFleet();
    const { body } = await register(other, inDelhi);
    expect(body.placement).toMatchObject({ device_created: true, path: [{ created: true }, { created: true }] });
    expect(await devices()).toHaveLength(1);
  });
});

describe('the device of a registration', () => {
  const take = async (known: object): Promise<{ key: string; device: Body; taken: TestAnswer }> => {
    const { key } = await aFleet();
    await ask('POST', '/api/v1/devices', { name: 'made by hand', ...known });
    const taken = await register(key, inDelhi);
    return { key, device: (await devices())[0], taken };
  };

  it.each([
    ['uuid', { uuid: 'gateway-1' }],
    ['serial number', { serial: 'SN-1' }],
    ['name, without case', { name: 'A Gateway' }],
  ])('is found by its %s, and gets what nobody has said of it', async (_, known) => {
    const { key, device, taken } = await take(known);
    expect([taken.status, taken.body.placement.device_created, taken.body.apiKey]).toEqual([200, false, undefined]);
    expect(taken.body.accessToken).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(device).toMatchObject({ uuid: 'gateway-1', serial: 'SN-1', profile: { name: 'IoT-Gateway' } });
    expect(device).toMatchObject({ place: { name: 'Delhi' }, location: { source: 'device' } });
    expect(await devices()).toHaveLength(1);
    const events = await listed(`/api/v1/devices/${device.id}/history?event=device_registered`);
    expect(events).toMatchObject([{ data: { is_first: false } }]);
    const before = await rows();
    expect((await register(key, inDelhi)).body.accessToken).toBe(taken.body.accessToken);
    expect(await rows()).toEqual(before);
  });

  it('keeps what is said of it', async () => {
    const location = { latitude: 1, longitude: 2, altitude: 3, source: 'gps' };
    const { body: place } = await ask('POST', '/api/v1/places', { name: 'hall' });
    const known = { name: 'a gateway', uuid: 'another', location, place_id: place.id };
    const { device, taken } = await take(known);
    expect(device).toMatchObject({ uuid: 'another', serial: 'SN-1', location, place_id: place.id });
    expect(taken.body).toMatchObject({
      uuid: 'another',
      placement: { location_source: 'gps', path: [{ name: 'hall' }] },
    });
    expect(await namesOf()).toMatchObject([['hall', undefined, []]]);
  });

  it('is one for all who say its name at once, and say nothing against it', async () => {
    const { key } = await aFleet();
    const calls = Array.from({ length: 10 }, (_, n) => ({ uuid: `gateway-${n.toString()}`, serial: undefined }));
    const answers = await Promise.all(calls.map((said) => register(key, { ...inDelhi, ...said })));
    expect(new Set(answers.map(({ status, body }) => `${status.toString()} ${String(body.deviceId)}`)).size).toBe(1);
    expect(await devices()).toHaveLength(1);
  });

  it('is another one where the serial number differs, whatever the name', async () => {
    const { taken } = await take({ name: 'a gateway', serial: 'SN-2' });
    expect([taken.body.placement.device_created, (await devices()).length]).toEqual([true, 2]);
  });

  it.each([
    ['the uuid of one and the serial number of another', [{ uuid: 'gateway-1' }, { serial: 'SN-1' }]],
    ['the name of two', [{ name: 'a gateway' }, { name: 'A Gateway' }]],
  ])('is refused with %s', async (_, known) => {
    const { key } = await aFleet();
    for (const one of known) await ask('POST', '/api/v1/devices', { name: 'made by hand', ...one });
    const { status, body } = await register(key, inDelhi);
    expect([status, body.code, await namesOf()]).toEqual([409, 'registration.ambiguous', []]);
  });

  it.each([
    ['refuse', 409],
    ['rotate', 200],
    ['return', 200],
  ])('%s: answers one that brings another key of its own with %d', async (reregistration, expected) => {
    const { key } = await aFleet({ reregistration });
    const [first, second] = [1, 2].map(() => randomBytes(32).toString('hex'));
    const speak = (token: string | undefined) =>
      lab.server.http('POST', '/gateway/device-data/ingest', { token: token ?? '', body: { kwh: 1 } });
    await register(key, { ...inDelhi, deviceApiKey: first });
    expect((await speak(first)).status).toBe(201);
    const { status, body } = await register(key, { ...inDelhi, deviceApiKey: second });
    expect([status, body.apiKey]).toEqual([expected, undefined]);
    expect((await speak(second)).status).toBe(reregistration === 'rotate' ? 201 : 401);
  });
});
