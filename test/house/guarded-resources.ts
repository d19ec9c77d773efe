import { randomUUID } from 'node:crypto';
import type { TestAnswer, TestApp } from '../support/app.js';
import { AssetUploader, uploaderPublicPem } from '../support/asset-uploader.js';
import { anEspImage } from '../support/esp-image.js';
import { eventually } from '../support/eventually.js';
import { aDevEui, anUplink } from '../support/uplinks.js';
import { FileTransfer } from '../support/file-transfer.js';

/** A request that an owner has made. */
export interface MadeCall {
  /** As the router has it, where it has no parameters; else as it was asked for. */
  route: string;
  requestId: string;
  status: number;
}

/** Makes rows as one tenant's admin, through the API. */
export class Owner {
  readonly calls: MadeCall[] = [];

  constructor(
    readonly server: TestApp,
    readonly token: string,
  ) {}

  /** Posts, and answers the new row's id. */
  async create(url: string, body: object): Promise<string> {
    const answer = await this.ask(`POST ${url}`, url, body);
    if (answer.status !== 201) throw new Error(`POST ${url} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return String((answer.body as { id: unknown }).id);
  }

  async call(
    route: string,
    parameters: readonly string[],
    body = bodies[route],
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> {
    const [, pattern = ''] = route.split(' ');
    return this.ask(route, addressOf(pattern, parameters), body, headers);
  }

  private async ask(
    route: string,
    url: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> {
    const [method = ''] = route.split(' ');
    const requestId = randomUUID();
    const answer = await this.server.http(method, url, {
      token: this.token,
      headers: { ...headers, 'x-request-id': requestId },
      ...(body === undefined ? {} : { body }),
    });
    this.calls.push({ route, requestId, status: answer.status });
    return answer;
  }
}

/**
 * One kind of row that routes name by an id. A route belongs to the longest `at` that its pattern begins with; a module
 * with routes of its own adds its line here, or the test that every route is guarded fails.
 */
export interface Resource {
  /** Up to the id. */
  at: string;
  /** Makes one row and answers its id. */
  make: (owner: Owner) => Promise<string>;
  /** Where it is read; else at `at` itself. */
  shownAt?: string;
}

const aPerson = () => ({ email: `${randomUUID()}@example.com`, role: 'viewer' });
const aUser = () => ({ ...aPerson(), username: `user-${randomUUID()}`, password: 'a long enough password' });
const name = (): string => `one of a kind ${randomUUID()}`;

export const resources: readonly Resource[] = [
  { at: '/api/v1/api-keys/', make: (owner) => owner.create('/api/v1/api-keys', { name: name(), scopes: ['read'] }) },
  { at: '/api/assets/', make: (owner) => anAsset(owner) },
  {
    at: '/api/firmware/',
    make: (owner) => aProfileWithFirmware(owner),
    shownAt: '/api/v1/device-profiles/',
  },
  {
    at: '/api/v1/asset-keys/',
    make: (owner) => owner.create('/api/v1/asset-keys', { name: name(), public_key: uploaderPublicPem }),
  },
  { at: '/api/v1/audit/', make: anAuditRecord },
  { at: '/api/v1/auth/sessions/', make: aSession },
  { at: '/api/configs/', make: aConfig },
  { at: '/api/v1/invitations/', make: (owner) => owner.create('/api/v1/invitations', aPerson()) },
  { at: '/api/v1/labels/', make: (owner) => owner.create('/api/v1/labels', { name: name() }) },
  { at: '/api/v1/members/', make: (owner) => owner.create('/api/v1/users', aUser()) },
  { at: '/api/v1/place-profiles/', make: (owner) => owner.create('/api/v1/place-profiles', { name: name() }) },
  { at: '/api/v1/places/', make: (owner) => owner.create('/api/v1/places', { name: name() }) },
  { at: '/api/v1/device-profiles/', make: (owner) => owner.create('/api/v1/device-profiles', { name: name() }) },
  { at: '/api/v1/devices/unknown/', make: anUnknownDevice },
  { at: '/api/v1/devices/', make: (owner) => owner.create('/api/v1/devices', { name: name() }) },
  // There is one already, and no more can be made.
  {
    at: '/api/v1/tenants/',
    make: async (owner) => String((await owner.call('GET /api/v1/auth/me', [])).body.tenant_id),
  },
  { at: '/api/v1/users/', make: (owner) => owner.create('/api/v1/users', aUser()) },
  { at: '/api/v1/devices/', make: aDevice },
  { at: '/gateway/devices/', make: aDevice, shownAt: '/api/v1/devices/' },
  { at: '/gateway/api/devices/', make: aDevice, shownAt: '/api/v1/devices/' },
  { at: '/gateway/device-tokens/', make: aDeviceToken },
  { at: '/api/v1/provisioning-keys/', make: (owner) => owner.create('/api/v1/provisioning-keys', { name: name() }) },
  { at: '/api/v1/device/', make: aNamedDevice, shownAt: '/api/v1/devices/' },
  { at: '/api/device/', make: aNamedDevice, shownAt: '/api/v1/devices/' },
  { at: '/device/', make: aNamedDevice, shownAt: '/api/v1/devices/' },
  { at: '/api/v1/devices/imports/', make: anImport },
  {
    at: '/api/plugins/telemetry/ASSET/',
    make: (owner) => owner.create('/api/v1/places', { name: name() }),
    shownAt: '/api/v1/places/',
  },
  { at: '/api/plugins/telemetry/DEVICE/', make: aDevice, shownAt: '/api/v1/devices/' },
  {
    at: '/api/v1/functions/',
    make: (owner) => owner.create('/api/v1/functions', { name: name(), code: 'function process(msg) { return msg; }' }),
  },
  { at: '/api/v1/integrations/', make: anIntegration },
  { at: '/api/v1/storages/', make: aStorage },
  { at: '/api/v1/storage/', make: aStorage },
  { at: '/api/v1/deliveries/', make: aDelivery },
  { at: '/api/v1/replays/', make: aReplay },
  {
    at: '/api/v1/flows/',
    make: async (owner) => {
      const device = await owner.create('/api/v1/devices', { name: name() });
      const integration = await anIntegration(owner);
      const position = { x: 0, y: 0 };
      return owner.create('/api/v1/flows', {
        name: name(),
        nodes: [
          { id: 'from', type: 'device', position, data: { entityId: device } },
          { id: 'to', type: 'integration', position, data: { entityId: integration } },
        ],
        edges: [{ id: 'edge', source: 'from', target: 'to' }],
      });
    },
  },
];

/** Routes that make what is not there: a foreign tenant's is, to a stranger, a free name. */
export const makers = ['PUT /api/configs/:mac'];

/** Further parameters that name a row of a kind above: a route must refuse a foreign one below a row of one's own, too. */
export const innerResources: Readonly<Record<string, string>> = { ':device_id': '/api/v1/devices/' };

/** Bodies without which a route would refuse the request before it looks for the row. */
const bodies: Readonly<Record<string, unknown>> = {
  'POST /api/v1/places/:id/move': { parent_id: null },
  'POST /api/plugins/telemetry/ASSET/:id/attributes/SERVER_SCOPE': { floor: 1 },
  'POST /api/plugins/telemetry/DEVICE/:id/attributes/SERVER_SCOPE': { floor: 1 },
  'PUT /api/v1/device-profiles/:id/firmware': { filename: 'a.bin' },
  'PUT /api/v1/devices/:id/labels': [],
  'PATCH /api/v1/device/:uuid/state': {},
  'PATCH /api/device/:uuid/state': {},
  'PATCH /device/:uuid/state': {},
  'POST /api/v1/functions/:id/test': { sample: {} },
  'POST /api/v1/integrations/:integration_id/replay': { failed: true },
  'PUT /api/configs/:mac': { content: {} },
  'POST /api/v1/storages/:storage_id/replay': { failed: true },
  'POST /api/v1/storage/:storage_id/replay': { failed: true },
};

/** The pattern with its parameters filled in, one after the other; what is left over is an id that nobody has, or a 1. */
export function addressOf(pattern: string, parameters: readonly string[]): string {
  const left = [...parameters];
  return pattern
    .split('/')
    .map((part) => {
      if (part === '*') return 'anything';
      if (!part.startsWith(':')) return part;
      // What follows the name stays: `:mac.json`.
      const [, ending = ''] = /^:\w+(.*)$/.exec(part) ?? [];
      return (left.shift() ?? (part.endsWith('id') ? randomUUID() : '1')) + ending;
    })
    .join('/');
}

/** Named by its MAC. */
async function aConfig(owner: Owner): Promise<string> {
  const mac = (randomUUID().replaceAll('-', '').slice(0, 12).match(/../g) ?? []).join('-');
  const { status } = await owner.call('PUT /api/configs/:mac', [mac], { content: { deviceName: name() } });
  if (status !== 201) throw new Error(`a config was answered ${status}`);
  return mac;
}

/** Named by its file. */
export async function anAsset(owner: Owner, content: Buffer | string = 'some bytes'): Promise<string> {
  const uploader = await AssetUploader.for(owner.server, owner.token);
  const filename = `${randomUUID()}.bin`;
  const { status, body } = await uploader.upload({ filename, content });
  if (status !== 200) throw new Error(`an upload was answered ${status}: ${JSON.stringify(body)}`);
  return filename;
}

export async function aProfileWithFirmware(owner: Owner): Promise<string> {
  const profile = await owner.create('/api/v1/device-profiles', { name: name() });
  const filename = await anAsset(owner, anEspImage());
  await owner.call('PUT /api/v1/device-profiles/:id/firmware', [profile], { filename });
  return profile;
}

function aDevice(owner: Owner): Promise<string> {
  return owner.create('/api/v1/devices', { name: name() });
}

/** Its own name for itself is its id, so that either names it. */
async function aNamedDevice(owner: Owner): Promise<string> {
  const id = await aDevice(owner);
  await owner.call('PATCH /api/v1/devices/:id', [id], { uuid: id });
  return id;
}

async function aDeviceToken(owner: Owner): Promise<string> {
  const { body } = await owner.call('POST /gateway/devices/:id/provision', [await aDevice(owner)]);
  return String(body.token_id);
}

function anIntegration(owner: Owner): Promise<string> {
  return owner.create('/api/v1/integrations', {
    name: name(),
    type: 'http',
    config: { url: 'https://example.com/hook' },
  });
}

/** Of a label that was made for it. */
async function anAuditRecord(owner: Owner): Promise<string> {
  const label = await owner.create('/api/v1/labels', { name: name() });
  const { body } = await owner.server.http('GET', `/api/v1/audit?subject_id=${label}`, { token: owner.token });
  return String(body[0].id);
}

/** Another one than the owner asks with, which must live on: switching to where one is makes it. */
async function aSession(owner: Owner): Promise<string> {
  const me = await owner.call('GET /api/v1/auth/me', []);
  const { server, token } = owner;
  await server.http('POST', '/api/v1/auth/switch', { token, body: { tenant_id: me.body.tenant_id } });
  const { body } = await owner.call('GET /api/v1/auth/sessions', []);
  return String(body[0].id);
}

function aStorage(owner: Owner): Promise<string> {
  return owner.create('/api/v1/storages', {
    name: name(),
    type: 'influxdb',
    host: 'influx.example.com',
    database: 'd',
  });
}

/** Named by its DevEUI: a message of it is parked. */
export async function anUnknownDevice(owner: Owner): Promise<string> {
  const body = { name: name(), scopes: ['ingest'] };
  const { body: made } = await owner.server.http('POST', '/api/v1/api-keys', { token: owner.token, body });
  const devEui = aDevEui();
  const apiKey = String(made.key);
  await owner.server.http('POST', '/api/v1/ingest/chirpstack?event=up', { apiKey, body: anUplink(devEui) });
  return devEui;
}

/** As if its only attempt had failed: no request makes one, only messages do. */
async function aDelivery(owner: Owner): Promise<string> {
  const integration = await anIntegration(owner);
  const me = await owner.server.http('GET', '/api/v1/auth/me', { token: owner.token });
  const id = randomUUID();
  await owner.server.database.query(
    `INSERT INTO deliveries (id, tenant_id, run_id, flow_id, destination_id, created_at, finished_at, seq, input_seq, status,
                             code, node_id, attempts)
     VALUES ($1, $2, $1, $1, $3, now(), now(), 1, 0, 'failed', 'http.status_400', 'n', '[]')`,
    [id, me.body.tenant_id, integration],
  );
  return id;
}

/** Of nothing, and at its end: it must not change by itself. */
async function aReplay(owner: Owner): Promise<string> {
  const route = 'POST /api/v1/integrations/:integration_id/replay';
  const { body } = await owner.call(route, [await anIntegration(owner)]);
  return eventually(async () => {
    const replay = await owner.call('GET /api/v1/replays/:id', [body.id]);
    return replay.body.state === 'finished' ? String(body.id) : undefined;
  }, 'a replay that has ended');
}

/** At its end: it must not change by itself. */
async function anImport(owner: Owner): Promise<string> {
  const files = new FileTransfer(owner.server, owner.token);
  return String((await files.take(`name\n${name()}\n`)).id);
}
