export const reregistrations = ['refuse', 'rotate', 'return'] as const;
/**
 * What becomes of a device that is registered and has used its key, and registers again: 409, a new key (the old one ends
 * when the new one is used), or an answer without a key.
 */
export type Reregistration = (typeof reregistrations)[number];

/** How devices of one provisioning key are placed where they say nothing themselves; names are looked for without case. */
export interface Placement {
  /** Names of profiles of places; the tenant’s Country and State without them. */
  country_profile?: string | null;
  state_profile?: string | null;
  /** Names of places, where neither the device nor its location says another. */
  country?: string | null;
  state?: string | null;
  /** Where a device is taken to be that cannot be located. */
  location?: PlacementLocation | null;
}

export interface PlacementLocation {
  latitude: number;
  longitude: number;
  altitude?: number | null;
}
