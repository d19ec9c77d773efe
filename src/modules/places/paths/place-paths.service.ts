import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { newPlace } from '../place-edit.rules.js';
import { PlaceTree } from '../place-tree.js';
import type { Place, PlaceLocation } from '../place.entity.js';
import { PlacesRepository } from '../places.repository.js';
import { PlaceProfileUnknown } from '../profiles/place-profile.errors.js';
import { PlaceProfilesService } from '../profiles/place-profiles.service.js';
import { PlacePathsRepository, type StandingPlace } from './place-paths.repository.js';

/** One place of a path. What it is besides its name counts only where it has to be made. */
export interface WantedPlace {
  name: string;
  profileName: string;
  location: PlaceLocation | null;
}

export interface PlaceOnPath {
  id: string;
  name: string;
  isNew: boolean;
}

/** Finds the places of a path by their names, or makes them: of any number at once who want the same each is made once. */
@Injectable()
export class PlacePaths {
  constructor(
    private readonly paths: PlacePathsRepository,
    private readonly places: PlacesRepository,
    private readonly tree: PlaceTree,
    private readonly profiles: PlaceProfilesService,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * The path from the top; names are compared without case, and what stands there already stays as it is. Part of a larger
   * change, which also records it.
   *
   * @throws PlaceProfileUnknown, wherever a profile is named that is not there
   */
  async ensure(tx: Tx, tenant: Tenant, path: readonly WantedPlace[]): Promise<PlaceOnPath[]> {
    const profileIds = await this.profileIds(tx, tenant, path);
    const standing = await this.paths.down(tx, tenant, path);
    const isWhole = standing.length === path.length && (await this.isKept(tx, tenant, standing));
    if (isWhole) return standing.map((place) => ({ ...place, isNew: false }));
    // Whoever comes second waits here, and then finds what the first has made.
    await this.tree.lock(tx, tenant);
    const found = await this.paths.down(tx, tenant, path);
    const places: PlaceOnPath[] = found.map((place) => ({ ...place, isNew: false }));
    for (const wanted of path.slice(found.length)) {
      const parentId = places.at(-1)?.id ?? null;
      places.push(await this.make(tx, tenant, wanted, { parentId, profileId: profileIds.get(wanted.profileName) }));
    }
    return places;
  }

  /** From the top, where a place stands. */
  async above(tx: Tx, tenant: Tenant, id: string): Promise<StandingPlace[]> {
    return this.paths.up(tx, tenant, id);
  }

  /** Until the transaction ends nobody deletes the last of them, and so none of them: its places would go along. */
  private async isKept(tx: Tx, tenant: Tenant, standing: readonly StandingPlace[]): Promise<boolean> {
    const last = standing.at(-1);
    return last === undefined || (await this.places.idsForUse(tx, tenant, [last.id])).length > 0;
  }

  private async make(
    tx: Tx,
    tenant: Tenant,
    { name, location }: WantedPlace,
    { parentId, profileId }: { parentId: string | null; profileId: string | undefined },
  ): Promise<PlaceOnPath> {
    const now = this.clock.now();
    const spot = { parent_id: parentId, ...(profileId === undefined ? {} : { profile_id: profileId }) };
    const place: Row<Place> = newPlace(
      { id: newId(now.getTime()), tenantId: tenant.id, now },
      { name, location, ...spot },
    );
    await this.places.insert(tx, place);
    await this.changes.record(tx, tenant, 'place', place.id);
    return { id: place.id, name, isNew: true };
  }

  private async profileIds(tx: Tx, tenant: Tenant, path: readonly WantedPlace[]): Promise<Map<string, string>> {
    const names = [...new Set(path.map(({ profileName }) => profileName))];
    const ids = new Map((await this.profiles.namedForUse(tx, tenant, names)).map(({ id, name }) => [name, id]));
    const unknown = names.find((name) => !ids.has(name));
    if (unknown !== undefined) throw new PlaceProfileUnknown(unknown);
    return ids;
  }
}
