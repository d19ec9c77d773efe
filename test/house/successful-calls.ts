import { randomUUID } from 'node:crypto';
import type { HistoryWorld } from '../support/history-world.js';
import { AssetUploader, uploaderPrivatePem } from '../support/asset-uploader.js';
import { anEspImage } from '../support/esp-image.js';
import { anAsset, anUnknownDevice, aProfileWithFirmware, Owner, resources } from './guarded-resources.js';

/** What a call that changes something needs: the ids in its path, in their order, and a body. */
export interface SuccessfulCall {
  parameters?: string[];
  body?: unknown;
  /** Of a body that is no JSON. */
  headers?: Record<string, string>;
  /** Who asks, where the tenant's admin may not. */
  as?: Owner;
}

/**
 * Routes that people and keys may call and that leave no record, each with the reason. Who adds a line here has thought
 * about it: every other route that changes something writes exactly one row of the audit log.
 */
export const unrecordedRoutes: Readonly<Record<string, string>> = {
  'POST /api/auth/login': 'opens a session and changes nothing of anybody',
  'POST /api/auth/token': 'goes on with a session and changes nothing of anybody',
  'POST /api/v1/auth/login': 'opens a session and changes nothing of anybody',
  'POST /api/v1/auth/logout': 'ends the own session',
  'POST /api/v1/auth/refresh': 'goes on with a session and changes nothing of anybody',
  'POST /api/v1/auth/switch': 'opens a session and changes nothing of anybody',
  'POST /api/v1/flows/:id/test': 'walks a flow and stores nothing',
  'POST /api/v1/flows/test': 'walks a graph and stores nothing',
  'POST /api/v1/devices/import': 'its batches are recorded, one row for every 500 devices',
  'POST /api/v1/functions/:id/test': 'runs code and stores nothing',
  'POST /api/v1/functions/test': 'runs code and stores nothing',
  'POST /api/v1/state/current': 'machines: what runs on this one, each time that they say it',
  'POST /api/device/:uuid/key-exchange': 'machines: it shows a key that was recorded when it was given',
  'POST /api/v1/device/:uuid/key-exchange': 'machines: it shows a key that was recorded when it was given',
  'POST /device/:uuid/key-exchange': 'machines: it shows a key that was recorded when it was given',
  'POST /api/device-data/ingest': 'machines: their messages are the history themselves',
  'POST /gateway/api/device-data/ingest': 'machines: their messages are the history themselves',
  'POST /gateway/device-data/ingest': 'machines: their messages are the history themselves',
  'POST /api/v1/:token/attributes': 'machines: what devices report is in the twin’s own history',
  'POST /api/v1/:token/telemetry': 'machines: their messages are the history themselves',
  'POST /api/v1/ingest/chirpstack': 'machines: their messages are the history themselves',
  'PATCH /api/v1/device/state': 'machines: what devices report is in the twin’s own history',
  'PATCH /api/v1/device/:uuid/state': 'machines: what devices report is in the twin’s own history',
  'PATCH /api/device/state': 'machines: what devices report is in the twin’s own history',
  'PATCH /api/device/:uuid/state': 'machines: what devices report is in the twin’s own history',
  'PATCH /device/state': 'machines: what devices report is in the twin’s own history',
  'PATCH /device/:uuid/state': 'machines: what devices report is in the twin’s own history',
  'POST /api/v1/integrations/:id/test': 'sends one message and stores nothing',
  'POST /api/v1/storage/:id/test': 'writes one point and stores nothing here',
  'POST /api/v1/storages/:id/test': 'writes one point and stores nothing here',
};

type Recipe = (owner: Owner, world: HistoryWorld) => Promise<SuccessfulCall> | SuccessfulCall;

const name = (): string => `another name ${randomUUID()}`;

/**
 * How each route that changes something is called so that it does. Not needed for what a resource of guarded-resources.ts
 * is made by, nor for PUT, PATCH and DELETE of one that has a name.
 */
const recipes: Readonly<Record<string, Recipe>> = {
  'POST /api/asset': () => ({ body: { name: name() } }),
  'POST /api/device': () => ({ body: { name: name() } }),
  'POST /api/relation': async (owner) => ({
    body: {
      from: { id: await one(owner, 'places'), entityType: 'ASSET' },
      to: { id: await one(owner, 'devices'), entityType: 'DEVICE' },
      type: 'Contains',
    },
  }),
  'POST /api/plugins/telemetry/ASSET/:id/attributes/SERVER_SCOPE': async (owner) => ({
    parameters: [await one(owner, 'places')],
    body: { floor: 1 },
  }),
  'POST /api/plugins/telemetry/DEVICE/:id/attributes/SERVER_SCOPE': async (owner) => ({
    parameters: [await one(owner, 'devices')],
    body: { floor: 1 },
  }),
  'POST /api/assets': (owner) => anUpload(owner),
  'POST /api/assets/upload': (owner) => anUpload(owner),
  'DELETE /api/assets/:filename': async (owner) => ({ parameters: [await anAsset(owner)] }),
  'POST /api/v1/asset-keys': () => ({ body: { name: name(), private_key: uploaderPrivatePem } }),
  'PUT /api/v1/device-profiles/:id/firmware': async (owner) => ({
    parameters: [await one(owner, 'device-profiles')],
    body: { filename: await anAsset(owner, anEspImage()) },
  }),
  'DELETE /api/v1/device-profiles/:id/firmware': async (owner) => ({ parameters: [await aProfileWithFirmware(owner)] }),
  'PATCH /api/v1/auth/me': () => ({ body: { username: `renamed-${randomUUID().slice(0, 8)}` } }),
  'POST /api/v1/auth/register': () => {
    const username = `user-${randomUUID().slice(0, 8)}`;
    return { body: { username, email: `${username}@example.com`, password: 'a long enough password' } };
  },
  'POST /api/v1/auth/change-password': async (_, { app }) => ({
    body: { current_password: 'a long enough password', new_password: 'another long enough password' },
    as: new Owner(app, (await app.signUp()).token),
  }),
  'POST /api/v1/auth/logout-everywhere': async (_, { app }) => ({
    as: new Owner(app, (await app.signUp()).token),
  }),
  'POST /api/v1/invitations/accept': async (owner, { app }) => {
    const body = { email: `${randomUUID()}@example.com`, role: 'viewer' };
    const invitation = await owner.call('POST /api/v1/invitations', [], body);
    return { body: { token: invitation.body.token as string }, as: new Owner(app, (await app.signUp()).token) };
  },
  'PATCH /api/v1/members/:user_id': async (owner) => ({
    parameters: [await one(owner, 'members')],
    body: { role: 'editor' },
  }),
  'DELETE /api/v1/members/:user_id': async (owner) => ({ parameters: [await one(owner, 'members')] }),
  'PATCH /api/v1/users/:id': async (owner, world) => ({
    parameters: [await one(owner, 'users')],
    body: { is_active: false },
    as: await aSuperuser(world),
  }),
  'POST /api/v1/devices/unknown/:dev_eui/adopt': async (owner) => ({ parameters: [await anUnknownDevice(owner)] }),
  'DELETE /api/v1/devices/unknown/:dev_eui': async (owner) => ({ parameters: [await anUnknownDevice(owner)] }),
  'POST /api/v1/devices/:id/keys': async (owner) => ({ parameters: [await one(owner, 'devices')], body: {} }),
  'POST /api/v1/devices/:id/keys/rotate': async (owner) => ({ parameters: [await one(owner, 'devices')] }),
  'POST /api/v1/devices/:id/access-token/rotate': async (owner) => ({ parameters: [await one(owner, 'devices')] }),
  'DELETE /api/v1/devices/:id/keys/:key_id': async (owner) => {
    const device = await one(owner, 'devices');
    const { body } = await owner.call('POST /api/v1/devices/:id/keys', [device], {});
    return { parameters: [device, String(body.id)] };
  },
  'POST /gateway/api/devices/:id/provision': async (owner) => ({ parameters: [await one(owner, 'devices')] }),
  'POST /gateway/device-tokens': async (owner) => ({ body: { device_ids: [await one(owner, 'devices')] } }),
  'POST /gateway/devices/claim': async (owner) => ({ body: { token: await aDeviceToken(owner) } }),
  'POST /gateway/api/devices/claim': async (owner) => ({ body: { token: await aDeviceToken(owner) } }),
  'POST /api/devices/claim': async (owner) => ({ body: { token: await aDeviceToken(owner) } }),
  'PATCH /api/v1/devices/:id/twin': async (owner) => ({
    parameters: [await one(owner, 'devices')],
    body: { target: { interval: 30 } },
  }),
  'POST /api/v1/provision': async (owner) => {
    const { body } = await owner.call('POST /api/v1/provisioning-keys', [], { name: name() });
    return {
      body: { deviceName: name(), provisionDeviceKey: body.id as string, provisionDeviceSecret: body.key as string },
    };
  },
  'POST /api/v1/device/register': aRegistration,
  'POST /api/device/register': aRegistration,
  'POST /device/register': aRegistration,
  'PUT /api/v1/devices/:id/labels': async (owner) => ({
    parameters: [await one(owner, 'devices')],
    body: [await one(owner, 'labels')],
  }),
  'POST /api/v1/labels/:id/devices/:device_id': async (owner) => ({
    parameters: [await one(owner, 'labels'), await one(owner, 'devices')],
  }),
  'DELETE /api/v1/labels/:id/devices/:device_id': async (owner) => {
    const label = await one(owner, 'labels');
    const device = await owner.create('/api/v1/devices', { name: name(), label_ids: [label] });
    return { parameters: [label, device] };
  },
  'POST /api/v1/functions/:id/versions/:version/restore': async (owner) => {
    const id = await one(owner, 'functions');
    await owner.call('PUT /api/v1/functions/:id', [id], { code: 'function process() { return null; }' });
    return { parameters: [id, '1'] };
  },
  'POST /api/v1/flows/:id/versions/:version/restore': async (owner) => {
    const id = await one(owner, 'flows');
    await owner.call('PUT /api/v1/flows/:id', [id], { layout: { zoom: 2 } });
    return { parameters: [id, '1'] };
  },
  'POST /api/v1/flows/:flow_id/history/:run_id/replay': async (_, world) => ({
    parameters: [world.flow.id, String((await world.runOf(world.events.converted)).id)],
  }),
  'POST /api/v1/places/import': () => ({ body: [{ name: name(), contains: [{ name: name() }] }] }),
  'POST /api/v1/places/:id/move': async (owner) => ({
    parameters: [await owner.create('/api/v1/places', { name: name(), parent_id: await one(owner, 'places') })],
    body: { parent_id: null },
  }),
  'PUT /api/configs/:mac': async (owner) => ({
    parameters: [await oneAt(owner, '/api/configs/')],
    body: { content: { deviceName: name() } },
  }),
  'DELETE /api/configs/:mac': async (owner) => ({ parameters: [await oneAt(owner, '/api/configs/')] }),
  'POST /api/configs/assignments': async (owner) => {
    const label = await one(owner, 'labels');
    const mac = randomUUID().replaceAll('-', '').slice(0, 12);
    await owner.create('/api/v1/devices', { name: name(), mac, label_ids: [label] });
    return { body: { label_id: label, content: { deviceName: name() } } };
  },
  'POST /api/configs/:mac/revisions/:revision/restore': async (owner) => {
    const mac = await oneAt(owner, '/api/configs/');
    await owner.call('PUT /api/configs/:mac', [mac], { content: {} });
    return { parameters: [mac, '1'] };
  },
  'POST /api/v1/integrations/:id/pause': async (owner) => ({ parameters: [await one(owner, 'integrations')] }),
  'POST /api/v1/integrations/:id/resume': async (owner) => {
    const id = await one(owner, 'integrations');
    await owner.call('POST /api/v1/integrations/:id/pause', [id]);
    return { parameters: [id] };
  },
  'POST /api/v1/deliveries/:id/give-up': async (_, world) => ({ parameters: [await aWaitingDelivery(world)] }),
  'POST /api/v1/deliveries/:id/replay': async (owner, world) => {
    const id = await aWaitingDelivery(world);
    await owner.call('POST /api/v1/deliveries/:id/give-up', [id]);
    return { parameters: [id] };
  },
  'POST /api/v1/integrations/:integration_id/give-up': async (_, world) => {
    await aWaitingDelivery(world);
    return { parameters: [world.flaky.id] };
  },
  'POST /api/v1/integrations/:integration_id/replay': (_, world) => ({
    parameters: [world.good.id],
    body: { from: '2020-01-01T00:00:00Z' },
  }),
  'POST /api/v1/storage': () => ({
    body: { name: name(), type: 'influxdb', host: 'influx.example.org', database: 'd' },
  }),
  'POST /api/v1/storages/:id/pause': async (owner) => ({ parameters: [await one(owner, 'storages')] }),
  'POST /api/v1/storages/:id/resume': async (owner) => {
    const id = await one(owner, 'storages');
    await owner.call('POST /api/v1/storages/:id/pause', [id]);
    return { parameters: [id] };
  },
  'POST /api/v1/storages/:storage_id/give-up': async (owner, world) => {
    const id = await one(owner, 'storages');
    await owner.call('POST /api/v1/storages/:id/pause', [id]);
    await world.tenant.aChain(['device', world.device.id], ['storage', id]);
    await world.tenant.post(world.device.dev_eui, { object: { temperature: 20 } });
    await world.processed();
    return { parameters: [id] };
  },
  'POST /api/v1/storages/:storage_id/replay': async (owner) => ({
    parameters: [await one(owner, 'storages')],
    body: { from: '2020-01-01T00:00:00Z' },
  }),
  'POST /api/v1/replays/:id/cancel': async (owner, world) => {
    // As if nobody had worked on it yet: there is no job of it.
    const id = randomUUID();
    await owner.server.database.query(
      `INSERT INTO replays (id, tenant_id, destination_id, statuses, from_id, before_id, position, total, state)
       VALUES ($1, $2, $3, '{failed}', $1, $1, $1, 0, 'running')`,
      [id, world.tenant.tenantId, world.good.id],
    );
    return { parameters: [id] };
  },
  'POST /api/v1/device/provision': async (_, world) => ({ body: { deviceName: name() }, as: await aSuperuser(world) }),
  'PATCH /api/v1/device': async (_, world) => ({ body: { deviceName: name() }, as: await aSuperuser(world) }),
  'POST /api/v1/device/reset': async (_, world) => ({ as: await aSuperuser(world) }),
  'POST /api/v1/state/target': async (_, world) => ({
    body: { apps: { [randomUUID()]: {} } },
    as: await aSuperuser(world),
  }),
  'POST /api/v1/admin/jobs/:job_id/release': async (owner, world) => {
    const id = randomUUID();
    await owner.server.database.query(
      `INSERT INTO jobs (id, tenant_id, lane_id, kind, parked_reason) VALUES ($1, $2, $2, 'of no kind', 'crash_loop')`,
      [id, world.tenant.tenantId],
    );
    return { parameters: [id], as: await aSuperuser(world) };
  },
};

async function anUpload({ server, token }: Owner): Promise<SuccessfulCall> {
  return (await AssetUploader.for(server, token)).form({ filename: `${randomUUID()}.bin` });
}

/** Undefined: test/house/successful-calls.ts does not say how to call it. */
export function successfulCallOf(route: string): Recipe | undefined {
  return recipes[route] ?? recipes[route.replace('/storage/', '/storages/')] ?? plainRecipe(route);
}

/** A change or the end of what a resource makes, by its id alone. */
function plainRecipe(route: string): Recipe | undefined {
  const [method = '', pattern = ''] = route.split(' ');
  const resource = resources.find(({ at }) => pattern === `${at}:id`);
  if (resource === undefined || method === 'POST') return undefined;
  return async (owner) => ({
    parameters: [await resource.make(owner)],
    ...(method === 'DELETE' ? {} : { body: { name: name() } }),
  });
}

function one(owner: Owner, kind: string): Promise<string> {
  return oneAt(owner, `/api/v1/${kind}/`);
}

async function oneAt(owner: Owner, path: string): Promise<string> {
  const resource = resources.find(({ at }) => at === path);
  if (resource === undefined) throw new Error(`nothing is made at ${path}`);
  return resource.make(owner);
}

/** The flaky endpoint has answered 503 to it. */
async function aWaitingDelivery(world: HistoryWorld): Promise<string> {
  await world.tenant.post(world.device.dev_eui, { object: { temperature: 20 } });
  await world.processed();
  const [delivery] = await world.get(`deliveries?status=waiting&integration_id=${world.flaky.id}`);
  await world.attemptEnded(String(delivery.id));
  return String(delivery.id);
}

async function aSuperuser({ app }: HistoryWorld): Promise<Owner> {
  const person = await app.signUp();
  await app.database.query('UPDATE users SET is_superuser = true WHERE id = $1', [person.userId]);
  // What an older session may do is kept for half a minute.
  const body = { username: person.email, password: 'a long enough password' };
  const login = await app.http('POST', '/api/v1/auth/login', { body });
  return new Owner(app, String(login.body.access_token));
}

async function aRegistration(owner: Owner): Promise<SuccessfulCall> {
  const { body } = await owner.call('POST /api/v1/provisioning-keys', [], { name: name() });
  return {
    body: { uuid: randomUUID(), deviceName: name(), deviceType: 'esp32' },
    as: new Owner(owner.server, String(body.key)),
  };
}

async function aDeviceToken(owner: Owner): Promise<string> {
  const { body } = await owner.call('POST /gateway/devices/:id/provision', [await one(owner, 'devices')], {});
  return String(body.token);
}
