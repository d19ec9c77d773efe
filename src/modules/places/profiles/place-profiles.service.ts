import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { assertMatches } from '../../../core/http/entity-tag.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { definedOf } from '../../../core/json/defined.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import type { CreatePlaceProfileRequest } from './dto/create-place-profile.request.js';
import type { ListPlaceProfilesQuery } from './dto/list-place-profiles.query.js';
import { PlaceProfileResponse } from './dto/place-profile.response.js';
import type { UpdatePlaceProfileRequest } from './dto/update-place-profile.request.js';
import type { CountedPlaceProfile, PlaceProfile } from './place-profile.entity.js';
import { PlaceProfileInUse, PlaceProfileNotFound } from './place-profile.errors.js';
import { PlaceProfilesRepository } from './place-profiles.repository.js';

/** Makes, changes and deletes kinds of places. The only writer of place_profiles. */
@Injectable()
export class PlaceProfilesService {
  constructor(
    private readonly profiles: PlaceProfilesRepository,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, query: ListPlaceProfilesQuery): Promise<{ rows: CountedPlaceProfile[]; total: number }> {
    return this.profiles.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<CountedPlaceProfile> {
    const profile = await this.profiles.find(tenant, id);
    if (profile === null) throw new PlaceProfileNotFound();
    return profile;
  }

  /** Those of the ids that are place profiles, kept from being deleted: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.profiles.idsForUse(tx, tenant, ids);
  }

  /** Those that are called so, without case, under the names as they were asked for; kept from being deleted. */
  async namedForUse(tx: Tx, tenant: Tenant, names: readonly string[]): Promise<{ id: string; name: string }[]> {
    return names.length === 0 ? [] : this.profiles.namedForUse(tx, tenant, names);
  }

  async create(tenant: Tenant, request: CreatePlaceProfileRequest): Promise<CountedPlaceProfile> {
    const now = this.clock.now();
    const profile: Row<PlaceProfile> = {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      name: request.name,
      description: request.description ?? null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await this.transactions.run(async (tx) => {
      await this.profiles.insert(tx, profile);
      await this.edits.record(tx, tenant, 'place_profile', 'created', { after: profile });
    });
    return { ...profile, placeCount: 0 };
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdatePlaceProfileRequest,
    ifMatch: string | undefined,
  ): Promise<CountedPlaceProfile> {
    refuseReadOnly(request, new PlaceProfileResponse(await this.get(tenant, id)), {
      id: 'same',
      place_count: 'same',
      version: 'not_later',
      created_at: 'same',
      updated_at: 'not_later',
    });
    const { name, description } = request;
    await this.transactions.run(async (tx) => {
      const profile = await this.lock(tx, tenant, id, ifMatch);
      const edited = { ...profile, ...definedOf({ name, description }) };
      if (isDeepStrictEqual(edited, { ...profile })) return;
      await this.profiles.update(tx, { ...edited, version: profile.version + 1, updatedAt: this.clock.now() });
      await this.edits.record(tx, tenant, 'place_profile', 'updated', { before: profile, after: edited });
    });
    return this.get(tenant, id);
  }

  /** With `force` its places are of no profile. */
  async remove(tenant: Tenant, id: string, { force, ifMatch }: { force: boolean; ifMatch: string | undefined }) {
    await this.transactions.run(async (tx) => {
      const profile = await this.lock(tx, tenant, id, ifMatch);
      const placeIds = await this.profiles.lockPlacesOf(tx, tenant, id);
      if (!force && placeIds.length > 0) throw new PlaceProfileInUse(placeIds.length);
      await this.profiles.clearPlaces(tx, tenant, placeIds, this.clock.now());
      await this.profiles.update(tx, { ...profile, deletedAt: this.clock.now() });
      const report = { places: placeIds.length };
      await this.edits.record(tx, tenant, 'place_profile', 'deleted', { before: profile }, { report });
    });
  }

  private async lock(tx: Tx, tenant: Tenant, id: string, ifMatch: string | undefined): Promise<Row<PlaceProfile>> {
    const profile = await this.profiles.findForUpdate(tx, tenant, id);
    if (profile === null) throw new PlaceProfileNotFound();
    assertMatches(ifMatch, { version: profile.version, updated_at: profile.updatedAt.toISOString() });
    return profile;
  }
}
