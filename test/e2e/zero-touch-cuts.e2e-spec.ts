import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeviceAccessTokensService } from '../../src/modules/devices/access-tokens/device-access-tokens.service.js';
import { DevicesService } from '../../src/modules/devices/devices.service.js';
import { DeviceKeysService } from '../../src/modules/devices/keys/device-keys.service.js';
import { PlacePaths } from '../../src/modules/places/paths/place-paths.service.js';
import { PlacesRepository } from '../../src/modules/places/places.repository.js';
import { ProvisioningKeysRepository } from '../../src/modules/provisioning/keys/provisioning-keys.repository.js';
import { ProvisioningEventsService } from '../../src/modules/provisioning/provisioning-events.service.js';
import { RegistrationsRepository } from '../../src/modules/provisioning/registrations/registrations.repository.js';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

/** Where the power is cut in a call that places a device, in the order of what happens. */
const cuts = {
  'between the country and the state': [PlacesRepository, 'insert'],
  'after the places': [PlacePaths, 'ensure'],
  'after the device': [DevicesService, 'registerIn'],
  'after its key': [DeviceKeysService, 'issueWithin'],
  'after the row of its registration': [RegistrationsRepository, 'save'],
  'after its access token': [DeviceAccessTokensService, 'ensureFor'],
  'after the count, before the commit': [ProvisioningKeysRepository, 'count'],
  'after the event, before it is marked': [ProvisioningEventsService, 'registered'],
  'after the mark, before the answer': [RegistrationsRepository, 'announced'],
} as const;
const names = Object.keys(cuts);
/** From here on the call is committed. */
const firstAfterCommit = 'after the event, before it is marked';

describe('wherever the power is cut while a device is placed', () => {
  const clock = new FakeClock();
  const armed = new Set<string>();
  let server: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    server = await startTestApp({ clock });
    for (const [name, [type, method]] of Object.entries(cuts)) {
      const service = server.app.get<object>(type);
      const work = Reflect.get(service, method) as (...given: unknown[]) => Promise<unknown>;
      Reflect.set(service, method, async (...given: unknown[]): Promise<unknown> => {
        const result = await work.apply(service, given);
        if (armed.delete(name)) throw new Error(`the power is cut ${name}`);
        return result;
      });
    }
  });
  beforeEach(async () => {
    clock.advance(60_000);
    world = await TenantWorld.create(server);
  });
  afterAll(() => server.close());

  const ask = (method: string, url: string, body?: object): Promise<TestAnswer> =>
    server.http(method, url, { token: world.token, ...(body === undefined ? {} : { body }) });
  const aFleet = async (): Promise<Body> =>
    (await ask('POST', '/api/v1/provisioning-keys', { name: 'a fleet', max_devices: 1, placement: {} })).body;
  const placed = async () => ({
    tree: (await ask('GET', '/api/v1/places/tree')).body.map(({ name, contains }: Body) => [
      name,
      contains.map((state: Body) => [state.name, state.device_count]),
    ]),
    devices: (await ask('GET', '/api/v1/devices')).body.length,
  });

  const said = {
    deviceName: 'a gateway',
    deviceType: 'pi',
    country: 'India',
    state: 'Delhi',
    latitude: 1,
    longitude: 2,
  };

  async function run(wanted: readonly string[]): Promise<void> {
    const fleet = await aFleet();
    const body = { ...said, uuid: randomUUID() };
    for (const cut of wanted) {
      armed.add(cut);
      const answer = await server.http('POST', '/device/register', { token: fleet.key, body });
      expect([cut, answer.status, armed.size]).toEqual([cut, 500, 0]);
      const isCommitted = names.indexOf(cut) >= names.indexOf(firstAfterCommit);
      if (!isCommitted) expect([cut, await placed()]).toEqual([cut, { tree: [], devices: 0 }]);
    }
    const { status, body: told } = await server.http('POST', '/device/register', { token: fleet.key, body });
    expect([wanted, status, await placed()]).toEqual([wanted, 200, { tree: [['INDIA', [['Delhi', 1]]]], devices: 1 }]);
    const id = String(told.deviceId).replace('dev_', '');
    expect((await ask('GET', `/api/v1/devices/${id}/access-token`)).body.token).toBe(told.accessToken);
    expect(await world.get(`/api/v1/devices/${id}/history?event=device_registered`)).toHaveLength(1);
    expect((await world.get(`/api/v1/provisioning-keys/${String(fleet.id)}`)).devices_used).toBe(1);
  }

  it.each(names)('it ends with one country, one state, one device: %s', (cut) => run([cut]));

  it('it does, however often it is cut', () => run(names));
});
