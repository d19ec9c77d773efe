import type { Row } from '../../../core/database/row.js';
import { definedOf } from '../../../core/json/defined.js';
import type { CreateProvisioningKeyRequest } from './dto/create-provisioning-key.request.js';
import type { PlacementLocationRequest, PlacementRequest } from './dto/placement.request.js';
import type { Placement, PlacementLocation } from './provisioning-key.contract.js';
import type { KnownProvisioningKey } from './provisioning-key.entity.js';

type Editable =
  | 'name'
  | 'enabled'
  | 'reregistration'
  | 'maxDevices'
  | 'expiresAt'
  | 'labelIds'
  | 'profileId'
  | 'placeId'
  | 'placement';

/** What a request says of a key; absent where it says nothing. */
export function editsIn(
  request: Partial<Row<CreateProvisioningKeyRequest>>,
): Partial<Pick<KnownProvisioningKey, Editable>> {
  const { name, max_devices, expires_at, label_ids, profile_id, place_id, placement } = request;
  return definedOf({
    name,
    enabled: request.enabled === null ? true : request.enabled,
    reregistration: request.reregistration === null ? 'refuse' : request.reregistration,
    maxDevices: max_devices,
    expiresAt: typeof expires_at === 'string' ? new Date(expires_at) : expires_at,
    labelIds: label_ids === undefined ? undefined : [...new Set((label_ids ?? []).map((id) => id.toLowerCase()))],
    profileId: profile_id?.toLowerCase() ?? profile_id,
    placeId: place_id?.toLowerCase() ?? place_id,
    placement: placement === undefined || placement === null ? placement : asStored(placement),
  });
}

/** Without what it does not say: so jsonb gives it back, and so it is compared. */
function asStored(placement: PlacementRequest): Placement {
  const { location, ...names } = placement;
  return {
    ...definedOf(names),
    ...(location === undefined ? {} : { location: location === null ? null : locationOf(location) }),
  };
}

function locationOf({ latitude, longitude, altitude }: PlacementLocationRequest): PlacementLocation {
  return { latitude, longitude, ...(altitude === undefined ? {} : { altitude }) };
}
