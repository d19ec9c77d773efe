import { randomBytes } from 'node:crypto';
import type { ApiClient } from './api-client.js';
import { fleet, type SensorKind } from './fleet.js';

interface Made {
  id: string;
}

/** A registered device and the kind of sensor it is. */
export interface DemoDevice {
  id: string;
  devEui: string;
  name: string;
  kind: SensorKind;
}

/** Everything the demo made through the API. */
export interface DemoSetup {
  /** Signed in as the demo's user. */
  client: ApiClient;
  login: { email: string; password: string };
  /** Posts as ChirpStack does, with the key it was given. */
  chirpStack: ApiClient;
  ingestKey: string;
  devices: DemoDevice[];
  flowIds: string[];
}

const toFahrenheit = `function toFahrenheit(message) {
  message.data.temperatureF = Math.round((message.data.temperature * 9 / 5 + 32) * 10) / 10;
  return message;
}`;

const onlyHighWater = `function onlyHighWater(message) {
  if (message.object.distance > 1000) return null; // plenty of room: nobody needs to know
  return { alarm: 'high water', where: message.device.name, distance_mm: message.object.distance };
}`;

const decodeDoor = `function decodeUplink(input) {
  const data = {};
  for (let i = 0; i < input.bytes.length;) {
    const channel = input.bytes[i++], type = input.bytes[i++];
    if (channel === 0x01 && type === 0x75) data.battery = input.bytes[i++];
    else if (channel === 0x03 && type === 0x00) data.open = input.bytes[i++] === 1;
    else if (channel === 0x04 && type === 0x00) data.tampered = input.bytes[i++] === 1;
    else break;
  }
  return { data };
}`;

/** A user, a key for ChirpStack, a small fleet, three functions, four destinations and three flows. */
export async function setUp(
  anonymous: ApiClient,
  destinations: { httpUrl: string; mqttPort: number },
): Promise<DemoSetup> {
  const { client, login } = await signUp(anonymous);
  const key = await client.post<{ key: string }>('/api/v1/api-keys', { name: 'ChirpStack', scopes: ['ingest'] });
  const devices = await registerFleet(client);
  const flowIds = await makeFlows(client, destinations);
  return { client, login, chirpStack: anonymous.withBearer(key.key), ingestKey: key.key, devices, flowIds };
}

async function signUp(anonymous: ApiClient) {
  const username = `demo-${randomBytes(3).toString('hex')}`;
  const login = { email: `${username}@example.com`, password: randomBytes(9).toString('base64url') };
  await anonymous.post('/api/v1/auth/register', { ...login, username });
  const { access_token: token } = await anonymous.post<{ access_token: string }>('/api/v1/auth/login', login);
  return { client: anonymous.withBearer(token), login };
}

async function registerFleet(client: ApiClient): Promise<DemoDevice[]> {
  const devices: DemoDevice[] = [];
  for (const kind of fleet) {
    const label = await client.post<Made>('/api/v1/labels', { name: kind.label });
    for (const name of kind.names) {
      const devEui = `A84041${randomBytes(5).toString('hex').toUpperCase()}`;
      const { id } = await client.post<Made>('/api/v1/devices', { name, dev_eui: devEui, label_ids: [label.id] });
      devices.push({ id, devEui, name, kind });
    }
  }
  return devices;
}

async function makeFlows(
  client: ApiClient,
  { httpUrl, mqttPort }: { httpUrl: string; mqttPort: number },
): Promise<string[]> {
  const labels = await client.get<{ id: string; name: string }[]>('/api/v1/labels');
  const label = (name: string) => labels.find((candidate) => candidate.name === name)?.id ?? '';
  const make = async (kind: string, body: object) => (await client.post<Made>(`/api/v1/${kind}`, body)).id;
  const http = (name: string, path: string, more = {}) =>
    make('integrations', { name, type: 'http', config: { url: `${httpUrl}${path}`, ...more } });

  const broker = await make('integrations', {
    name: 'Building broker',
    type: 'mqtt',
    config: { host: '127.0.0.1', port: mqttPort, topic: 'building/{{device.dev_eui}}', qos: 1, protocol_version: 4 },
  });
  const dashboard = await http('Dashboard', '/dashboard');
  const alarms = await http('Alarm desk', '/alarms');
  const flaky = await http('Facility system', '/flaky', { schedule_ms: [0, 500, 1_000, 2_000] });
  const convert = await make('functions', { name: 'to Fahrenheit', code: toFahrenheit });
  const filter = await make('functions', { name: 'only high water', code: onlyHighWater });
  const decode = await make('functions', { name: 'decode door contact', code: decodeDoor });

  return [
    await make('flows', graph('Room climate', label('climate'), convert, [dashboard, broker])),
    await make('flows', graph('High water', label('levels'), filter, [alarms])),
    await make('flows', graph('Doors', label('doors'), decode, [broker, flaky])),
  ];
}

/** label → function → each destination, as the canvas would save it. */
function graph(name: string, labelId: string, functionId: string, integrationIds: string[]) {
  const node = (id: string, type: string, entityId: string, x: number, y = 0) => ({
    id,
    type,
    position: { x, y },
    data: { entityId },
  });
  const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target });
  return {
    name,
    nodes: [
      node('label', 'label', labelId, 0),
      node('function', 'function', functionId, 240),
      ...integrationIds.map((id, index) => node(`to-${index.toString()}`, 'integration', id, 480, index * 120)),
    ],
    edges: [edge('label', 'function'), ...integrationIds.map((_, index) => edge('function', `to-${index.toString()}`))],
    layout: { x: 0, y: 0, zoom: 1 },
  };
}
