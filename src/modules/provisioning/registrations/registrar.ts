import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { DevicesService } from '../../devices/devices.service.js';
import { DeviceKeysService, type IssuedKey } from '../../devices/keys/device-keys.service.js';
import type { KnownProvisioningKey } from '../keys/provisioning-key.entity.js';
import type { Placed } from '../placements.service.js';
import type { Registration } from './registration-body.rules.js';
import { RegistrationsRepository, type NamedDevice } from './registrations.repository.js';

/** One registration under way. */
export interface Asking {
  tenant: Tenant;
  key: KnownProvisioningKey;
  registration: Registration;
  address: string;
}

/** What a registration has come to. */
export interface Enrolled {
  deviceId: string;
  deviceName: string;
  /** Null: the device brought its own, or has one. */
  key: string | null;
  /** Null: there is no Keycloak, or its key is not new. */
  client: IssuedKey['client'];
  registeredAt: Date;
  /** Undefined: there is none to tell of. */
  registrationId: string | undefined;
  isAnnounced: boolean;
  /** The provisioning key counts one more device. */
  isCounted: boolean;
}

/** Makes devices, their keys and the rows of their registrations, in a transaction that does more than that. */
@Injectable()
export class Registrar {
  constructor(
    private readonly registrations: RegistrationsRepository,
    private readonly devices: DevicesService,
    private readonly keys: DeviceKeysService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** With what its provisioning key gives; the profile gives what that does not. */
  async first(tx: Tx, asking: Asking, placed: Placed | null): Promise<Enrolled> {
    const { tenant, key, registration } = asking;
    const { uuid, deviceName, mac, details } = registration;
    const deviceId = await this.devices.registerIn(tx, tenant, {
      ...{ name: deviceName, uuid, mac, metadata: { registration: details } },
      ...(key.labelIds.length === 0 ? {} : { label_ids: key.labelIds }),
      ...(key.profileId === null ? {} : { profile_id: key.profileId }),
      ...(key.placeId === null ? {} : { place_id: key.placeId }),
      ...(placed === null ? {} : { place_id: placed.placeId, location: placed.location }),
    });
    const registrationId = newId(this.clock.nowMs());
    return this.enrol(tx, asking, { id: deviceId, name: deviceName }, { registrationId, isCounted: true });
  }

  /** The device never used the key it got for this registration; that one ends. */
  async repeat(tx: Tx, asking: Asking, device: NamedDevice, registrationId: string): Promise<Enrolled> {
    await this.record(tx, asking, device, 'repeated');
    const isAnnounced = device.registration !== null && device.registration.announcedAt !== null;
    return this.enrol(tx, asking, device, { registrationId, isCounted: false }, isAnnounced);
  }

  /** The keys that the device has end when it uses the new one. */
  async anew(tx: Tx, asking: Asking, device: NamedDevice): Promise<Enrolled> {
    await this.record(tx, asking, device, 'rotated');
    const registrationId = newId(this.clock.nowMs());
    return this.enrol(tx, asking, device, { registrationId, isCounted: device.registration === null });
  }

  /** Nothing changes: it has its key, or gets none. */
  unchanged(device: NamedDevice): Enrolled {
    const { registration } = device;
    return {
      ...{ deviceId: device.id, deviceName: device.name, key: null, client: null, isCounted: false },
      registeredAt: registration?.registeredAt ?? device.createdAt,
      registrationId: registration?.registrationId,
      isAnnounced: registration?.announcedAt !== null,
    };
  }

  private async enrol(
    tx: Tx,
    { tenant, key, registration, address }: Asking,
    device: { id: string; name: string },
    { registrationId, isCounted }: { registrationId: string; isCounted: boolean },
    isAnnounced = false,
  ): Promise<Enrolled> {
    const now = this.clock.now();
    const { ownKey } = registration;
    const { key: issued, client } = await this.keys.issueWithin(tx, tenant, device.id, {
      ...{ origin: 'registered', claimId: registrationId },
      ...(ownKey === null ? {} : { ownKey }),
    });
    await this.registrations.save(tx, {
      ...{ tenantId: tenant.id, provisioningKeyId: key.id, deviceId: device.id, registrationId },
      ...{ registeredAt: now, address, announcedAt: isAnnounced ? now : null },
    });
    return {
      ...{ deviceId: device.id, deviceName: device.name, key: ownKey === null ? issued : null, client },
      ...{ registeredAt: now, registrationId, isAnnounced, isCounted },
    };
  }

  private async record(tx: Tx, { tenant, key }: Asking, { id, name }: NamedDevice, how: string): Promise<void> {
    const report = { provisioning_key_id: key.id, how };
    await this.audit.record(tx, tenant, {
      action: 'device.registered',
      subject: { kind: 'device', id, name },
      report,
    });
  }
}
