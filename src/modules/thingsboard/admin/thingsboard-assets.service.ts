import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { KnownPlace } from '../../places/place.entity.js';
import { PlacesService } from '../../places/places.service.js';
import type { CountedPlaceProfile } from '../../places/profiles/place-profile.entity.js';
import { PlaceProfilesService } from '../../places/profiles/place-profiles.service.js';
import { EntityNameTaken } from './admin-calls.errors.js';
import type { GivenEntity } from './given-entity.rules.js';
import type { OwnPage } from './page-data.rules.js';

/** What ThingsBoard gives to things of no profile in particular. */
const noProfile = 'default';

/** Assets are places, and their profiles those of places. */
@Injectable()
export class ThingsBoardAssetsService {
  constructor(
    private readonly places: PlacesService,
    private readonly profiles: PlaceProfilesService,
    private readonly transactions: Transactions,
  ) {}

  async listProfiles(tenant: Tenant, page: OwnPage): Promise<{ rows: CountedPlaceProfile[]; total: number }> {
    return this.profiles.list(tenant, page);
  }

  async list(tenant: Tenant, page: OwnPage): Promise<{ rows: KnownPlace[]; total: number }> {
    return this.places.list(tenant, page);
  }

  /**
   * At the top: a relation puts it below another one. Its name is taken wherever in the tree another place has it; of two
   * scripts at once that make one asset the second is told that it is there.
   */
  async create(tenant: Tenant, { name, type, profileId }: GivenEntity): Promise<KnownPlace> {
    const id = await this.transactions.run(async (tx) => {
      if (await this.places.isNamed(tx, tenant, name)) throw new EntityNameTaken('Asset');
      const profile = profileId ?? (await this.profileNamed(tx, tenant, type));
      return this.places.createIn(tx, tenant, { name, profile_id: profile });
    });
    return this.places.get(tenant, id);
  }

  private async profileNamed(tx: Tx, tenant: Tenant, type: string | null): Promise<string | null> {
    if (type === null || type === noProfile) return null;
    const [found] = await this.profiles.namedForUse(tx, tenant, [type]);
    if (found === undefined) throw new ValidationFailed([{ path: 'type', message: `there is no profile ${type}` }]);
    return found.id;
  }
}
