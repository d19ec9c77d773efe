import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Changes } from '../../core/changes/changes.js';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { assertMatches } from '../../core/http/entity-tag.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { EditsService } from '../auth/audit/edits.service.js';
import type { CreatePlaceRequest } from './dto/create-place.request.js';
import type { ListPlacesQuery } from './dto/list-places.query.js';
import { PlaceResponse } from './dto/place.response.js';
import type { PatchPlaceRequest, UpdatePlaceRequest } from './dto/update-place.request.js';
import { editedPlace, newPlace, type EditMode } from './place-edit.rules.js';
import { PlaceUsage } from './place-usage.service.js';
import type { KnownPlace, Place } from './place.entity.js';
import { PlaceInUse, PlaceNotFound } from './place.errors.js';
import { PlaceTree } from './place-tree.js';
import { PlacesRepository, type ReadPlace } from './places.repository.js';
import { PlaceProfilesService } from './profiles/place-profiles.service.js';

/** How a place is edited, and on which state the edit was made. */
export interface PlaceEdit {
  mode: EditMode;
  ifMatch: string | undefined;
}

/** Makes, moves, changes and deletes places. The only writer of the places table. */
@Injectable()
export class PlacesService {
  constructor(
    private readonly places: PlacesRepository,
    private readonly tree: PlaceTree,
    private readonly profiles: PlaceProfilesService,
    private readonly usage: PlaceUsage,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, query: ListPlacesQuery): Promise<{ rows: KnownPlace[]; total: number }> {
    const { rows, total } = await this.places.list(tenant, query);
    return { rows: await this.counted(tenant, rows), total };
  }

  async get(tenant: Tenant, id: string): Promise<KnownPlace> {
    const place = await this.places.find(tenant, id);
    const [counted] = place === null ? [] : await this.counted(tenant, [place]);
    if (counted === undefined) throw new PlaceNotFound();
    return counted;
  }

  /** Those of the ids that are places, kept from being deleted until the transaction ends: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.places.idsForUse(tx, tenant, ids);
  }

  /** Whether any place in the tree is called exactly so; until the transaction ends nobody else calls one anything. */
  async isNamed(tx: Tx, tenant: Tenant, name: string): Promise<boolean> {
    await this.tree.lock(tx, tenant);
    return this.places.isNamed(tx, tenant, name);
  }

  async create(tenant: Tenant, request: CreatePlaceRequest): Promise<KnownPlace> {
    const id = await this.transactions.run((tx) => this.createIn(tx, tenant, request));
    return this.get(tenant, id);
  }

  /** In a transaction that does more than that; answers the new place's id. */
  async createIn(tx: Tx, tenant: Tenant, request: CreatePlaceRequest): Promise<string> {
    const now = this.clock.now();
    const place = newPlace({ id: newId(now.getTime()), tenantId: tenant.id, now }, request);
    await this.tree.lock(tx, tenant);
    await this.assertSavable(tx, tenant, place);
    await this.places.insert(tx, place);
    await this.edits.record(tx, tenant, 'place', 'created', { after: place });
    return place.id;
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdatePlaceRequest | PatchPlaceRequest,
    { mode, ifMatch }: PlaceEdit,
  ): Promise<KnownPlace> {
    this.refuseReadOnly(request, await this.get(tenant, id));
    await this.transactions.run(async (tx) => {
      await this.tree.lock(tx, tenant);
      const place = await this.lock(tx, tenant, id);
      assertMatches(ifMatch, { version: place.version, updated_at: place.updatedAt.toISOString() });
      const edited = editedPlace(place, request, mode);
      if (isDeepStrictEqual(edited, { ...place })) return;
      await this.assertSavable(tx, tenant, edited, place);
      await this.places.update(tx, { ...edited, version: place.version + 1, updatedAt: this.clock.now() });
      await this.edits.record(tx, tenant, 'place', 'updated', { before: place, after: edited });
    });
    return this.get(tenant, id);
  }

  /** With `force` everything below goes too, and devices that stood there stand nowhere. */
  async remove(tenant: Tenant, id: string, { force, ifMatch }: { force: boolean; ifMatch: string | undefined }) {
    await this.transactions.run(async (tx) => {
      await this.tree.lock(tx, tenant);
      const place = await this.lock(tx, tenant, id);
      assertMatches(ifMatch, { version: place.version, updated_at: place.updatedAt.toISOString() });
      const ids = await this.tree.lockSubtree(tx, tenant, id);
      const deviceCount = await this.usage.occupants.countIn(tx, tenant, ids);
      if (!force && ids.length - 1 + deviceCount > 0) throw new PlaceInUse(ids.length - 1, deviceCount);
      await this.usage.occupants.moveOut(tx, tenant, ids);
      await this.places.bury(tx, tenant, ids, this.clock.now());
      const report = { places: ids.length, devices: deviceCount };
      await this.edits.record(tx, tenant, 'place', 'deleted', { before: place }, { report });
      const below = ids.filter((one) => one !== id);
      await this.changes.recordMany(tx, tenant, 'place', below);
    });
  }

  private async assertSavable(tx: Tx, tenant: Tenant, place: Row<Place>, before?: Row<Place>): Promise<void> {
    if (place.parentId !== (before?.parentId ?? null)) {
      await this.tree.assertFits(tx, tenant, place.id, place.parentId);
    }
    const { profileId } = place;
    if (profileId === null || profileId === before?.profileId) return;
    const found = await this.profiles.idsForUse(tx, tenant, [profileId]);
    if (found.length === 0)
      throw new ValidationFailed([{ path: 'profile_id', message: 'there is no such place profile' }]);
  }

  private refuseReadOnly(request: UpdatePlaceRequest | PatchPlaceRequest, place: KnownPlace): void {
    refuseReadOnly(request, new PlaceResponse(place), {
      id: 'same',
      // Follows profile_id: whoever changes that sends the old one along.
      ...(request.profile_id === undefined ? { profile: 'same' } : {}),
      ...(request.parent_id === undefined ? { path: 'same' } : {}),
      child_count: 'same',
      device_count: 'same',
      version: 'not_later',
      created_at: 'same',
      updated_at: 'not_later',
    });
  }

  private async counted(tenant: Tenant, places: ReadPlace[]): Promise<KnownPlace[]> {
    const counts = await this.usage.occupants.countsOf(
      tenant,
      places.map((place) => place.id),
    );
    return places.map((place) => ({ ...place, deviceCount: counts.get(place.id) ?? 0 }));
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<Row<Place>> {
    const place = await this.places.findForUpdate(tx, tenant, id);
    if (place === null) throw new PlaceNotFound();
    return place;
  }
}
