import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceProfilesService } from '../../devices/profiles/device-profiles.service.js';
import { LabelsService } from '../../labels/labels.service.js';
import { PlacesService } from '../../places/places.service.js';
import type { KnownProvisioningKey } from './provisioning-key.entity.js';

/** Decides whether the labels, the profile and the place are there that a key shall give to its devices. */
@Injectable()
export class ProvisioningKeyGifts {
  constructor(
    private readonly labels: LabelsService,
    private readonly profiles: DeviceProfilesService,
    private readonly places: PlacesService,
  ) {}

  /** Names what is not there; what is stays so until the transaction ends. */
  async assertThere(
    tx: Tx,
    tenant: Tenant,
    { labelIds, profileId, placeId }: Pick<KnownProvisioningKey, 'labelIds' | 'profileId' | 'placeId'>,
  ): Promise<void> {
    const labels = new Set((await this.labels.findForUse(tx, tenant, labelIds)).map(({ id }) => id));
    const errors: FieldError[] = labelIds.flatMap((id, index) =>
      labels.has(id) ? [] : [{ path: `label_ids.${index.toString()}`, message: 'there is no such label' }],
    );
    const profiles = profileId === null ? null : await this.profiles.findForUse(tx, tenant, [profileId]);
    if (profiles?.length === 0) errors.push({ path: 'profile_id', message: 'there is no such device profile' });
    const places = placeId === null ? null : await this.places.idsForUse(tx, tenant, [placeId]);
    if (places?.length === 0) errors.push({ path: 'place_id', message: 'there is no such place' });
    if (errors.length > 0) throw new ValidationFailed(errors);
  }
}
