import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Changes } from '../../../core/changes/changes.js';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { editedPlace, newPlace } from '../place-edit.rules.js';
import { maxDepth, PlaceTree } from '../place-tree.js';
import type { Place } from '../place.entity.js';
import { PlaceTooDeep } from '../place.errors.js';
import { PlaceProfilesService } from '../profiles/place-profiles.service.js';
import type { ImportPlacesQuery } from './dto/transfer-places.query.js';
import { PlaceImportRepository } from './place-import.repository.js';
import { heightOf, seedlingsOf, type Seedling, type WantedPlace } from './seedlings.rules.js';

/** What became of one place of a file. */
export interface ImportedOutcome {
  path: string[];
  action: 'created' | 'updated' | 'unchanged';
  id: string | null;
}

interface Planted {
  parentId: string | null;
  seedling: Seedling;
}

/**
 * Takes in a tree of places, all of it or nothing: each is found by its name below its parent, or made; what the file
 * does not say stays. So the same file again changes nothing, and two at once make nothing twice.
 */
@Injectable()
export class PlaceImport {
  constructor(
    private readonly repository: PlaceImportRepository,
    private readonly tree: PlaceTree,
    private readonly profiles: PlaceProfilesService,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async take(
    tenant: Tenant,
    places: readonly WantedPlace[],
    { into, dry_run }: ImportPlacesQuery,
  ): Promise<ImportedOutcome[]> {
    const seedlings = seedlingsOf(places);
    return this.transactions.run(async (tx) => {
      await this.tree.lock(tx, tenant);
      const above = into === undefined ? 0 : await this.tree.depthOf(tx, tenant, into, 'into');
      if (above + heightOf(seedlings) > maxDepth) throw new PlaceTooDeep(maxDepth);
      const profileIds = await this.profileIds(tx, tenant, places);
      const outcomes: ImportedOutcome[] = [];
      const changed: string[] = [];
      let level: Planted[] = seedlings.map((seedling) => ({ parentId: into ?? null, seedling }));
      while (level.length > 0) {
        const planted = await this.plant(tx, tenant, level, profileIds, dry_run);
        outcomes.push(...planted.map(({ outcome }) => outcome));
        changed.push(...planted.filter(({ outcome }) => outcome.action !== 'unchanged').map(({ id }) => id));
        level = planted.flatMap(({ id, seedling }) =>
          seedling.contains.map((child) => ({ parentId: id, seedling: child })),
        );
      }
      if (!dry_run) await this.tell(tx, tenant, changed, outcomes);
      return outcomes;
    });
  }

  /** One level: what stands there already is edited, what does not is made. */
  private async plant(
    tx: Tx,
    tenant: Tenant,
    level: readonly Planted[],
    profileIds: ReadonlyMap<string, string>,
    dryRun: boolean,
  ): Promise<{ id: string; seedling: Seedling; outcome: ImportedOutcome }[]> {
    const now = this.clock.now();
    const spots = level.map(({ parentId, seedling }) => ({ parentId, name: seedling.name }));
    const there = await this.repository.at(tx, tenant, spots);
    const made: Row<Place>[] = [];
    const edited: Row<Place>[] = [];
    const planted = level.map(({ parentId, seedling }, index) => {
      const before = there.get(index);
      const place =
        before ??
        newPlace({ id: newId(now.getTime()), tenantId: tenant.id, now }, { name: seedling.name, parent_id: parentId });
      const after = editedPlace(place, said(seedling, profileIds), 'replace');
      const action = before === undefined ? 'created' : isDeepStrictEqual(after, before) ? 'unchanged' : 'updated';
      if (action === 'created') made.push(after);
      if (action === 'updated') edited.push(after);
      const id = action === 'created' && dryRun ? null : place.id;
      return { id: place.id, seedling, outcome: { path: seedling.path, action, id } as const };
    });
    if (!dryRun) {
      await this.repository.insert(tx, made);
      await this.repository.update(tx, tenant, edited, now);
    }
    return planted;
  }

  /** By their names without case; each name that leads nowhere is told. */
  private async profileIds(tx: Tx, tenant: Tenant, places: readonly WantedPlace[]): Promise<Map<string, string>> {
    const names = places.flatMap(({ wanted }) => wanted.profile ?? []);
    const found = await this.profiles.namedForUse(tx, tenant, [...new Set(names)]);
    const ids = new Map(found.map(({ id, name }) => [name, id]));
    const unknown = places.filter(({ wanted }) => typeof wanted.profile === 'string' && !ids.has(wanted.profile));
    if (unknown.length === 0) return ids;
    throw new ValidationFailed(
      unknown.slice(0, 100).map(({ at, wanted }) => ({
        path: `${at}.profile`,
        message: `there is no place profile "${wanted.profile ?? ''}"`,
      })),
    );
  }

  private async tell(tx: Tx, tenant: Tenant, ids: readonly string[], outcomes: readonly ImportedOutcome[]) {
    const count = (wanted: string) => outcomes.filter(({ action }) => action === wanted).length;
    const report = { created: count('created'), updated: count('updated'), unchanged: count('unchanged') };
    await this.changes.recordMany(tx, tenant, 'place', ids);
    await this.audit.recordBulk(tx, tenant, { action: 'place.imported', kind: 'place', ids, report });
  }
}

/** In the words of an edit. */
function said({ given }: Seedling, profileIds: ReadonlyMap<string, string>) {
  if (given === null) return {};
  const { profile, description, location, attributes } = given.wanted;
  const profile_id = typeof profile === 'string' ? (profileIds.get(profile) ?? null) : profile;
  return {
    ...(profile_id === undefined ? {} : { profile_id }),
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}
