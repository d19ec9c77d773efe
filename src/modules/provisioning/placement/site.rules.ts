import type { DeviceLocation } from '../../devices/device.entity.js';
import type { Placement, PlacementLocation } from '../keys/provisioning-key.contract.js';

/** Who said where a device is: itself, the look-up of its address, or its provisioning key. */
export type LocationSource = 'device' | 'ip' | 'default';

/** What one of them knows of where a device is; null: nothing. */
export interface Whereabouts {
  location: PlacementLocation | null;
  country: string | null;
  state: string | null;
}

/** Where a device is, by all that is known. */
export interface Site {
  /** `source` is a LocationSource. */
  location: DeviceLocation | null;
  country: string | null;
  /** Null where the country is: a state stands in a country. */
  state: string | null;
}

/** Whether a look-up could say anything that the device did not say itself. */
export function leavesOpen({ location, country, state }: Whereabouts): boolean {
  return location === null || country === null || state === null;
}

export function usualOf({ location, country, state }: Placement): Whereabouts {
  return { location: location ?? null, country: named(country), state: named(state) };
}

/**
 * What the device says counts before what the look-up says, and that before what is usual for its key. A state counts only
 * in the country that it was said with: the usual Delhi is in the usual India, and not in a Nepal that the device names.
 */
export function siteOf(said: Whereabouts, lookedUp: Whereabouts | null, usual: Whereabouts): Site {
  const sources: ({ source: LocationSource } & Whereabouts)[] = [
    { source: 'device', ...said },
    ...(lookedUp === null ? [] : [{ source: 'ip' as const, ...lookedUp }]),
    { source: 'default', ...usual },
  ];
  const located = sources.find(({ location }) => location !== null);
  const country = sources.find((one) => one.country !== null)?.country ?? null;
  const fits = (one: Whereabouts): boolean => one.country === null || isSameName(one.country, country ?? '');
  const state = country === null ? null : (sources.find((one) => one.state !== null && fits(one))?.state ?? null);
  return {
    location:
      located === undefined || located.location === null
        ? null
        : { ...located.location, altitude: located.location.altitude ?? null, source: located.source },
    // As document 004 writes them.
    country: country === null ? null : country.toUpperCase(),
    state,
  };
}

function isSameName(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

function named(text: string | null | undefined): string | null {
  const name = text?.trim() ?? '';
  return name === '' ? null : name;
}
