import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { PlacePaths, type PlaceOnPath } from '../../places/paths/place-paths.service.js';
import type { Placement } from '../keys/provisioning-key.contract.js';
import { IpLookup } from './ip-lookup.js';
import { leavesOpen, siteOf, usualOf, type Site, type Whereabouts } from './site.rules.js';

/** What document 004 calls the kinds of its places. */
const usualProfiles = { country: 'Country', state: 'State' };

/** Finds out where a device is, and finds or makes the places that stand for it: country and state. */
@Injectable()
export class Placements {
  constructor(
    private readonly lookup: IpLookup,
    private readonly paths: PlacePaths,
  ) {}

  /** Before any transaction, for it may ask the network; that never fails. */
  async locate(placement: Placement, said: Whereabouts, address: string): Promise<Site> {
    const lookedUp = leavesOpen(said) ? await this.lookup.find(address) : null;
    return siteOf(said, lookedUp, usualOf(placement));
  }

  /**
   * The places from the top; none where nobody knows the country.
   *
   * @throws PlaceProfileUnknown where the key names a profile that is not there
   */
  async ensurePath(tx: Tx, tenant: Tenant, placement: Placement, site: Site): Promise<PlaceOnPath[]> {
    const { country, state, location } = site;
    if (country === null) return [];
    return this.paths.ensure(tx, tenant, [
      { name: country, profileName: placement.country_profile ?? usualProfiles.country, location: null },
      ...(state === null
        ? []
        : [{ name: state, profileName: placement.state_profile ?? usualProfiles.state, location }]),
    ]);
  }

  /** A place and those above it, from the top. */
  async pathTo(tx: Tx, tenant: Tenant, placeId: string): Promise<PlaceOnPath[]> {
    return (await this.paths.above(tx, tenant, placeId)).map((place) => ({ ...place, isNew: false }));
  }
}
