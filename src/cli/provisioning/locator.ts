import { isPlainObject } from '../../core/json/is-plain-object.js';
import type { Coordinates, ProvisionConfig } from './config/provision-config.rules.js';

/** Where the device is, and who said so. */
export interface Located {
  coordinates: Coordinates | undefined;
  source: 'lookup' | 'file' | 'none';
  /** Names that the lookup knows for the place. */
  country: string | undefined;
  state: string | undefined;
}

const timeoutMs = 5_000;

/** The second step: by the address of this machine, and where that cannot be, by the file. It never fails. */
export class Locator {
  constructor(private readonly notice: (text: string) => void) {}

  async locate({ lookup, location }: Pick<ProvisionConfig, 'lookup' | 'location'>): Promise<Located> {
    if (lookup.isWanted) {
      const found = await this.lookedUp(lookup.url);
      if (typeof found !== 'string') return { source: 'lookup', ...found };
      const instead =
        location === undefined ? 'the file has no coordinates either' : 'the coordinates of the file are taken';
      this.notice(`location detection error: ${found}; ${instead}`);
    }
    return {
      coordinates: location,
      source: location === undefined ? 'none' : 'file',
      country: undefined,
      state: undefined,
    };
  }

  /** Or why not. */
  private async lookedUp(url: string): Promise<Omit<Located, 'source'> | string> {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body: unknown = await response.json();
      if (!response.ok) return `${url} answered ${response.status}`;
      return locationIn(body) ?? `${url} knows no place for this address`;
    } catch (error) {
      if (error instanceof SyntaxError) return `${url} answered something else than JSON`;
      return error instanceof Error && error.name === 'TimeoutError'
        ? `${url} did not answer in ${timeoutMs / 1_000} s`
        : `no internet, or a blocked address: ${url} cannot be reached`;
    }
  }
}

/** As ipapi.co answers. */
function locationIn(body: unknown): Omit<Located, 'source'> | undefined {
  if (!isPlainObject(body)) return undefined;
  const { latitude, longitude, country_name: country, region } = body;
  const isPlace = isWithin(latitude, 90) && isWithin(longitude, 180);
  if (!isPlace) return undefined;
  return { coordinates: { latitude, longitude }, country: nameIn(country), state: nameIn(region) };
}

function isWithin(degrees: unknown, most: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= most;
}

function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined;
}
