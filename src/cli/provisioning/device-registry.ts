import type { Coordinates, ProvisionConfig } from './config/provision-config.rules.js';
import { folded } from './hierarchy.js';
import { Refused } from './http/refused.js';
import { textIn, textOrNull, type Item, type UserApi } from './http/user-api.js';
import { ProvisionFailed } from './provision-failed.js';
import type { DeviceReport } from './report.js';

export interface WantedDevice {
  identity: ProvisionConfig['device'];
  profileId: string;
  /** Null: the place would only be made. */
  placeId: string | null;
  location: (Coordinates & { source: string }) | undefined;
}

interface Found {
  device: Item;
  by: 'uuid' | 'serial' | 'name';
}

const devices = '/api/v1/devices';

/** The fourth step: the device is found by uuid, serial number or name, or made; below the state it stands in. */
export class DeviceRegistry {
  constructor(
    private readonly api: UserApi,
    private readonly isDryRun: boolean,
    private readonly notice: (text: string) => void,
  ) {}

  async ensure(wanted: WantedDevice): Promise<DeviceReport> {
    const found = await this.find(wanted.identity);
    if (found !== undefined) return this.completed(found, wanted);
    const { name, serial } = wanted.identity;
    if (this.isDryRun) return { id: null, name, serial, result: 'would_make', found_by: null, changed: [] };
    try {
      const made = await this.api.post(devices, newDevice(wanted));
      return { id: textIn(made, 'id'), name, serial, result: 'made', found_by: null, changed: [] };
    } catch (error) {
      // Somebody else made it in between, or we did and the answer was lost.
      const again =
        error instanceof Refused && error.answer.status === 409 ? await this.find(wanted.identity) : undefined;
      if (again === undefined) throw error;
      return this.completed(again, wanted);
    }
  }

  async get(id: string): Promise<Item> {
    return this.api.get(`${devices}/${id}`);
  }

  private async find({ uuid, serial, name }: WantedDevice['identity']): Promise<Found | undefined> {
    const [byUuid] = uuid === undefined ? [] : await this.list({ uuid });
    const [bySerial] = await this.list({ serial });
    if (byUuid !== undefined && bySerial !== undefined && textIn(byUuid, 'id') !== textIn(bySerial, 'id')) {
      throw ambiguous(`${wordsOf(byUuid)} has the uuid of the file, and ${wordsOf(bySerial)} its serial number`);
    }
    if (byUuid !== undefined) return { device: byUuid, by: 'uuid' };
    if (bySerial !== undefined) return { device: bySerial, by: 'serial' };
    // One with another serial number is another device, whatever its name: so the server sees it too.
    const named = (await this.list({ name, limit: '1000' })).filter(
      (one) => folded(textIn(one, 'name')) === folded(name) && textOrNull(one, 'serial') === null,
    );
    const [device, second] = named;
    if (device === undefined) return undefined;
    if (second !== undefined) {
      throw ambiguous(`there are ${named.length} devices of this name: ${named.map(wordsOf).join(', ')}`);
    }
    return { device, by: 'name' };
  }

  private async list(filter: Record<string, string>): Promise<Item[]> {
    return this.api.list(`${devices}?${new URLSearchParams(filter).toString()}`);
  }

  /** Only what the device has none of; what people have set stays. */
  private async completed(
    { device, by }: Found,
    { identity, profileId, placeId, location }: WantedDevice,
  ): Promise<DeviceReport> {
    const lacks = (key: string): boolean => device[key] === null || device[key] === undefined;
    const missing = {
      ...(lacks('serial') ? { serial: identity.serial } : {}),
      ...(lacks('uuid') && identity.uuid !== undefined ? { uuid: identity.uuid } : {}),
      ...(lacks('profile_id') ? { profile_id: profileId } : {}),
      ...(lacks('place_id') ? { place_id: placeId } : {}),
      ...(lacks('location') && location !== undefined ? { location } : {}),
    };
    const changed = Object.keys(missing).map((key) => key.replace(/_id$/, ''));
    this.tellDifferences(device, { profileId, placeId });
    if (changed.length > 0 && !this.isDryRun) await this.api.patch(`${devices}/${textIn(device, 'id')}`, missing);
    const result = changed.length === 0 ? 'found' : this.isDryRun ? 'would_change' : 'changed';
    return {
      id: textIn(device, 'id'),
      name: textIn(device, 'name'),
      serial: textOrNull(device, 'serial') ?? identity.serial,
      result,
      found_by: by,
      changed,
    };
  }

  private tellDifferences(device: Item, { profileId, placeId }: { profileId: string; placeId: string | null }): void {
    const name = textIn(device, 'name');
    const profile = textOrNull(device, 'profile_id');
    if (profile !== null && profile !== profileId)
      this.notice(`${name} has another profile than the file names; it keeps that`);
    const place = textOrNull(device, 'place_id');
    if (place !== null && place !== placeId)
      this.notice(`${name} stands in another place than the file names; it stays there`);
  }
}

function newDevice({ identity, profileId, placeId, location }: WantedDevice): object {
  const { name, serial, uuid } = identity;
  return {
    name,
    serial,
    ...(uuid === undefined ? {} : { uuid }),
    profile_id: profileId,
    place_id: placeId,
    ...(location === undefined ? {} : { location }),
  };
}

function wordsOf(device: Item): string {
  return `"${textIn(device, 'name')}" (${textIn(device, 'id')})`;
}

function ambiguous(why: string): ProvisionFailed {
  return new ProvisionFailed(
    'refused',
    'It is not clear which device this is.',
    why,
    'give [assets] device_name, serial_number and uuid of one device, or rename or delete the other one',
  );
}
