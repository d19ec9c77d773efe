import type { TestAnswer } from '../app.js';
import type { TenantWorld } from '../tenant-world.js';
import type { Json } from './api-document.js';

/** What speaks as ThingsBoard's scripts and devices do would be refused for its shape alone: these are such as are taken. */
export interface MachineBodies {
  bodies: Record<string, Json[]>;
  /** Of rows that the bodies name. */
  ids: string[];
  /** Of fleets that meet a device they know in every way there is. */
  provisioningKeys: string[];
}

interface Fleet {
  id: string;
  prefix: string;
  key: string;
}

/** Few, so that some are taken, and some are meant by two requests. */
const some = Array.from({ length: 12 }, (_, n) => n);
const types = ['default', 'state', 'Country', 'IoT-Gateway', ''];
const coordinates = { latitude: 28.6139, longitude: 77.209 };
const inDelhi = { ...coordinates, country: 'India', state: 'Delhi' };

export async function machineBodies(world: TenantWorld): Promise<MachineBodies> {
  const places = [await anAsset(world, 'INDIA'), await anAsset(world, 'Delhi'), await anAsset(world, 'Goa')];
  const devices = [(await world.aDevice()).id, (await world.aDevice()).id];
  const [placeProfiles, deviceProfiles] = [await profilesOf(world, 'place'), await profilesOf(world, 'device')];
  const fleets = [
    await aFleet(world, { placement: { country: 'India', state: 'Delhi' } }),
    await aFleet(world, { placement: {}, reregistration: 'rotate' }),
    await aFleet(world, { reregistration: 'return' }),
    await aFleet(world, { reregistration: 'rotate' }),
    await aFleet(world, { reregistration: 'refuse', max_devices: 3 }),
  ];
  const registrations = some.flatMap((n) => registrationsOf(n));
  return {
    bodies: {
      '/api/auth/login': [await loginOf(world)],
      '/api/auth/token': [{ refreshToken: await refreshTokenOf(world) }],
      '/api/asset': entities('assetProfileId', 'ASSET_PROFILE', placeProfiles),
      '/api/device': entities('deviceProfileId', 'DEVICE_PROFILE', deviceProfiles),
      '/api/relation': relations(places, devices),
      '/api/plugins/telemetry/ASSET/{id}/attributes/SERVER_SCOPE': [coordinates, { code: 'DL' }, { code: null }],
      '/api/plugins/telemetry/DEVICE/{id}/attributes/SERVER_SCOPE': [coordinates, { floor: [1, { a: null }] }],
      '/api/v1/provisioning-keys': [{ name: 'a fleet', placement: { country: 'India' }, max_devices: 5 }],
      '/api/v1/provision': fleets.flatMap((fleet) => some.flatMap((n) => provisionsOf(fleet, n))),
      '/device/register': registrations,
      '/api/device/register': registrations,
      '/api/v1/device/register': registrations,
    },
    ids: [...places, ...devices, ...placeProfiles, ...deviceProfiles],
    provisioningKeys: fleets.map(({ key }) => key),
  };
}

function entities(profileField: string, entityType: string, profileIds: readonly string[]): Json[] {
  return [
    ...types.map((type) => ({ name: 'an entity', type, label: null })),
    ...profileIds.map((id) => ({ name: 'an entity', type: 'default', [profileField]: { id, entityType } })),
  ];
}

/** Everything in everything: circles too. */
function relations(places: readonly string[], devices: readonly string[]): Json[] {
  const ends = [
    ...places.map((id) => ({ id, entityType: 'ASSET' })),
    ...devices.map((id) => ({ id, entityType: 'DEVICE' })),
  ];
  return places.flatMap((id) =>
    ends.map((to) => ({ from: { id, entityType: 'ASSET' }, to, type: 'Contains', typeGroup: 'COMMON' })),
  );
}

/** Its id or its prefix, and the whole key or what stands behind that prefix. */
function provisionsOf({ id, prefix, key }: Fleet, n: number): Json[] {
  const deviceName = `fuzz ${n.toString()}`;
  return [
    { deviceName, provisionDeviceKey: id, provisionDeviceSecret: key },
    { deviceName, provisionDeviceKey: prefix, provisionDeviceSecret: key.slice(prefix.length + 1) },
    { provisionDeviceKey: prefix, provisionDeviceSecret: key },
    { deviceName, provisionDeviceKey: id, provisionDeviceSecret: key, credentialsType: 'MQTT_BASIC', username: 'u' },
  ];
}

function registrationsOf(n: number): Json[] {
  const uuid = `fuzz-${n.toString()}`;
  // Of three uuids each one name, as the scripts' devices have it.
  const named = { uuid, deviceName: `fuzz ${Math.floor(n / 3).toString()}`, deviceType: 'raspberrypi' };
  return [
    named,
    { ...named, ...inDelhi, serial: `SN-${n.toString()}` },
    { ...named, ...inDelhi, serial: 'SN-0', osVersion: '12', supervisorVersion: '1.0' },
    { ...named, macAddress: `a4:cf:12:00:00:${(16 + n).toString(16)}`, deviceApiKey: `key-of-${uuid}`.padEnd(40, '0') },
  ];
}

async function anAsset(world: TenantWorld, name: string): Promise<string> {
  return String((await asked(world, '/api/asset', { name })).body.id.id);
}

async function profilesOf(world: TenantWorld, kind: 'place' | 'device'): Promise<string[]> {
  const profiles = (await world.get(`/api/v1/${kind}-profiles`)) as { id: string }[];
  return profiles.map(({ id }) => id);
}

async function aFleet(world: TenantWorld, body: object): Promise<Fleet> {
  const answer = await asked(world, '/api/v1/provisioning-keys', { name: `fleet ${JSON.stringify(body)}`, ...body });
  return answer.body as Fleet;
}

/** Of a user of its own: a refresh token that comes back late ends its session, and not the one that all ask with. */
async function loginOf(world: TenantWorld): Promise<{ username: string; password: string }> {
  return { username: (await world.app.signUp()).email, password: 'a long enough password' };
}

async function refreshTokenOf(world: TenantWorld): Promise<string> {
  return String((await asked(world, '/api/auth/login', await loginOf(world))).body.refreshToken);
}

async function asked(world: TenantWorld, url: string, body: object): Promise<TestAnswer> {
  const answer = await world.app.http('POST', url, { token: world.token, body });
  if (answer.status >= 300) throw new Error(`POST ${url} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}
