import type { Row } from '../../core/database/row.js';
import type { Device } from './device.entity.js';
import type { RegisterDeviceRequest } from './dto/register-device.request.js';
import type { KnownDeviceProfile } from './profiles/device-profile.entity.js';

/** What a registration says, as plain values. */
export type Registration = Row<RegisterDeviceRequest>;

/** The registration with what its profile gives where it says nothing itself. */
export function withProfileDefaults(request: Registration, profile: KnownDeviceProfile): Registration {
  const saysLabels = request.label_ids !== undefined || request.labelsId !== undefined;
  return {
    ...request,
    ...(saysLabels ? {} : { label_ids: profile.defaultLabelIds }),
    ...(request.place_id === undefined ? { place_id: profile.defaultPlaceId } : {}),
    metadata: { ...profile.defaultMetadata, ...request.metadata },
  };
}

/** In how many minutes its next message is expected; null: it is never late. */
export function expectedMinutes(
  device: Pick<Row<Device>, 'expectedTransmitTime'>,
  profile: Pick<KnownDeviceProfile, 'expectedInterval'> | undefined,
): number | null {
  return device.expectedTransmitTime ?? profile?.expectedInterval ?? null;
}
