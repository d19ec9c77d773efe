import type { Coordinates, Said } from './config/provision-config.rules.js';
import { Refused } from './http/refused.js';
import { textIn, textOrNull, type Item, type UserApi } from './http/user-api.js';
import { ProvisionFailed } from './provision-failed.js';
import type { PlaceReport } from './report.js';

export interface Profiles {
  country: string;
  state: string;
  device: string;
}

const places = '/api/v1/places';
const kinds = {
  country: { path: '/api/v1/place-profiles', what: 'place profile' },
  state: { path: '/api/v1/place-profiles', what: 'place profile' },
  device: { path: '/api/v1/device-profiles', what: 'device profile' },
} as const;

/** The third step: country and state stand below each other, each of its profile. What is there is left as it is. */
export class Hierarchy {
  constructor(
    private readonly api: UserApi,
    private readonly isDryRun: boolean,
    private readonly notice: (text: string) => void,
  ) {}

  /** All three are looked for before anything is made. */
  async profiles(names: Record<keyof Profiles, Said>): Promise<Profiles> {
    return {
      country: await this.profile('country', names.country),
      state: await this.profile('state', names.state),
      device: await this.profile('device', names.device),
    };
  }

  /** `below` is null for the top. */
  async ensure(place: {
    name: string;
    profileId: string;
    below: PlaceReport | null;
    location: Coordinates | undefined;
  }): Promise<PlaceReport> {
    const { name, profileId, below, location } = place;
    if (below !== null && below.id === null) return { id: null, name, result: 'would_make' };
    const known = await this.find(name, below?.id ?? null);
    if (known !== undefined) return this.found(known, profileId);
    if (this.isDryRun) return { id: null, name, result: 'would_make' };
    try {
      const wanted = { name, profile_id: profileId, parent_id: below?.id ?? null, location: location ?? null };
      const made = await this.api.post(places, wanted);
      return { id: textIn(made, 'id'), name: textIn(made, 'name'), result: 'made' };
    } catch (error) {
      // Somebody else made it in between, or we did and the answer was lost.
      if (!(error instanceof Refused && error.code === 'place.name_taken')) throw error;
      const made = await this.find(name, below?.id ?? null);
      if (made === undefined) throw error;
      return this.found(made, profileId);
    }
  }

  private found(place: Item, profileId: string): PlaceReport {
    const name = textIn(place, 'name');
    if (textOrNull(place, 'profile_id') !== profileId) {
      this.notice(`${name} was there already, with another profile than the file names; it keeps that`);
    }
    return { id: textIn(place, 'id'), name, result: 'found' };
  }

  /** Names are the same without case, as on the server. */
  private async find(name: string, parentId: string | null): Promise<Item | undefined> {
    const query = new URLSearchParams({ parent_id: parentId ?? 'none', name, limit: '1000' });
    const all = await this.api.list(`${places}?${query.toString()}`);
    return all.find((place) => folded(textIn(place, 'name')) === folded(name));
  }

  private async profile(kind: keyof Profiles, { value, at }: Said): Promise<string> {
    const { path, what } = kinds[kind];
    const query = new URLSearchParams({ name: value, limit: '1000' });
    const found = await this.api.list(`${path}?${query.toString()}`);
    const profile = found.find((one) => folded(textIn(one, 'name')) === folded(value));
    if (profile !== undefined) return textIn(profile, 'id');
    const all = (await this.api.list(`${path}?limit=1000`)).map((one) => textIn(one, 'name'));
    throw new ProvisionFailed(
      'profile',
      `Profile not found: there is no ${what} "${value}".`,
      `profile name mismatch; ${all.length === 0 ? `there is no ${what} at all` : `those that exist are ${all.join(', ')}`}`,
      `put one of these names into ${at}, or have an admin make a ${what} "${value}"`,
    );
  }
}

export function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
