import { Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { FieldError } from '../../core/errors/app-error.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { PlacesService } from '../places/places.service.js';
import type { Device } from './device.entity.js';
import { expectedMinutes, withProfileDefaults, type Registration } from './profile-defaults.rules.js';
import type { KnownDeviceProfile } from './profiles/device-profile.entity.js';
import { DeviceProfilesService } from './profiles/device-profiles.service.js';

type Belonging = Pick<Row<Device>, 'profileId' | 'placeId' | 'expectedTransmitTime'>;

/** In how many minutes a message is expected, before an edit and after it; null: never. */
export interface Expectation {
  before: number | null;
  after: number | null;
}

/** Decides whether the profile and the place that a device names are there, and what a profile gives to its devices. */
@Injectable()
export class DeviceBelongings {
  constructor(
    private readonly profiles: DeviceProfilesService,
    private readonly places: PlacesService,
  ) {}

  /** The registration with what its profile gives where it says nothing itself. */
  async withDefaults(tx: Tx, tenant: Tenant, request: Registration): Promise<Registration> {
    const id = request.profile_id?.toLowerCase();
    const profile = id === undefined ? undefined : (await this.profiles.findForUse(tx, tenant, [id]))[0];
    return profile === undefined ? request : withProfileDefaults(request, profile);
  }

  /** Names what is not there; what is stays so until the transaction ends. Comes before the device's state is locked. */
  async expect(tx: Tx, tenant: Tenant, after: Belonging, before?: Belonging): Promise<Expectation> {
    const profileIds = [before?.profileId, after.profileId].filter((id) => typeof id === 'string');
    const profiles = await this.profiles.findForUse(tx, tenant, profileIds);
    const errors: FieldError[] = [];
    const { profileId, placeId } = after;
    if (profileId !== null && !profiles.some(({ id }) => id === profileId)) {
      errors.push({ path: 'profile_id', message: 'there is no such device profile' });
    }
    if (placeId !== null && placeId !== before?.placeId) {
      const found = await this.places.idsForUse(tx, tenant, [placeId]);
      if (found.length === 0) errors.push({ path: 'place_id', message: 'there is no such place' });
    }
    if (errors.length > 0) throw new ValidationFailed(errors);
    return { before: minutesOf(before, profiles), after: minutesOf(after, profiles) };
  }
}

function minutesOf(device: Belonging | undefined, profiles: readonly KnownDeviceProfile[]): number | null {
  if (device === undefined) return null;
  return expectedMinutes(
    device,
    profiles.find(({ id }) => id === device.profileId),
  );
}
