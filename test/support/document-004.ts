import type { Body } from './app.js';
import { eventually } from './eventually.js';

/** Reads the public API as one who may see everything in a tenant: `(path) => world.get(path)` does. */
export type Reader = (path: string) => Promise<Body>;

/** The device of document 004 and where it stands: what each way of provisioning is given. */
export const document004 = {
  country: 'India',
  state: 'Delhi',
  device: { name: 'papaya-gateway-01', serial: 'PM-2024-0001' },
  location: { latitude: 28.6139, longitude: 77.209 },
  systemInfo: 'Host: papaya-gateway-01, OS: Linux 6.8.0',
  profiles: { country: 'Country', state: 'State', device: 'IoT-Gateway' },
} as const;

/** What its sixth step sends. */
export const firstTelemetry = {
  serial: document004.device.serial,
  ...document004.location,
  system_info: document004.systemInfo,
} as const;

/** What a tenant looks like when document 004's workflow is through: nothing that differs between two runs of it. */
export interface EndOfDocument004 {
  /** Each place with what it contains. */
  tree: PlaceAtTheEnd[];
  devices: DeviceAtTheEnd[];
}

export interface PlaceAtTheEnd {
  name: string;
  profile: string | null;
  contains: PlaceAtTheEnd[];
  /** The names of the devices that stand in it. */
  devices: string[];
}

export interface DeviceAtTheEnd {
  name: string;
  profile: string | null;
  /** The names of the places that it stands in, from the top. */
  path: string[];
  status: string;
  /** Its first telemetry has come. */
  isConfirmed: boolean;
  /** The last value of each key. */
  latest: Record<string, unknown>;
}

/** Where every way must end: the document writes names of countries in capitals. */
export const expectedEndOfDocument004: EndOfDocument004 = {
  tree: [
    {
      name: document004.country.toUpperCase(),
      profile: document004.profiles.country,
      devices: [],
      contains: [
        {
          name: document004.state,
          profile: document004.profiles.state,
          devices: [document004.device.name],
          contains: [],
        },
      ],
    },
  ],
  devices: [
    {
      name: document004.device.name,
      profile: document004.profiles.device,
      path: [document004.country.toUpperCase(), document004.state],
      status: 'online',
      isConfirmed: true,
      latest: firstTelemetry,
    },
  ],
};

/** Waits until what every device sent is seen on it, and reads where the tenant has come to. */
export async function endOfDocument004(read: Reader): Promise<EndOfDocument004> {
  const devices = await eventually(async () => {
    const all = (await read('/api/v1/devices?sort=name')) as Body[];
    return all.length > 0 && all.every(({ latest }) => Object.keys(latest as object).length > 0) ? all : undefined;
  }, 'the first telemetry of every device');
  const tree = (await read('/api/v1/places/tree')) as Body[];
  const paths = new Map<string, string[]>();
  const placeOf = (branch: Body, above: readonly string[]): PlaceAtTheEnd => {
    const path = [...above, String(branch.name)];
    paths.set(String(branch.id), path);
    return {
      name: branch.name,
      profile: branch.profile?.name ?? null,
      contains: (branch.contains as Body[]).map((child) => placeOf(child, path)),
      devices: devices.filter(({ place_id }) => place_id === branch.id).map(({ name }) => String(name)),
    };
  };
  return {
    tree: tree.map((branch) => placeOf(branch, [])),
    devices: devices.map(({ name, profile, place_id, status, handshake_at, latest }) => ({
      name,
      profile: profile?.name ?? null,
      path: paths.get(String(place_id)) ?? [],
      status,
      isConfirmed: handshake_at !== null,
      latest,
    })),
  };
}
