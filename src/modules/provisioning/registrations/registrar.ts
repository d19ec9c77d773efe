import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { AuditEntry } from '../../auth/audit/audit-entry.contract.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { DeviceLocation } from '../../devices/device.entity.js';
import { DevicesService } from '../../devices/devices.service.js';
import { DeviceKeysService, type IssuedKey } from '../../devices/keys/device-keys.service.js';
import type { KnownProvisioningKey } from '../keys/provisioning-key.entity.js';
import type { PlacementReport } from '../placement/placement-report.js';
import type { Registration } from './registration-body.rules.js';
import type { KnownRegistration } from './registration.rules.js';
import { RegistrationsRepository, type NamedDevice } from './registrations.repository.js';

/** One registration under way. */
export interface Asking {
  tenant: Tenant;
  key: KnownProvisioningKey;
  registration: Registration;
  address: string;
}

/** What a device is given that its provisioning key alone does not say. */
export interface Given {
  placeId: string | null;
  profileId: string | null;
  serial: string | null;
  location: DeviceLocation | null;
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
  /** The device was made by it. */
  isNew: boolean;
  /** Only with a key that places its devices. */
  placed?: PlacementReport;
}

interface Enrolment {
  registrationId: string;
  isCounted: boolean;
  isNew?: boolean;
  isAnnounced?: boolean;
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
  async first(tx: Tx, asking: Asking, given: Given | null, report: AuditEntry['report'] = {}): Promise<Enrolled> {
    const { tenant, key, registration } = asking;
    const { uuid, deviceName, mac, details } = registration;
    const request = {
      ...{ name: deviceName, uuid, mac, metadata: { registration: details } },
      ...(key.labelIds.length === 0 ? {} : { label_ids: key.labelIds }),
      ...(key.profileId === null ? {} : { profile_id: key.profileId }),
      ...(key.placeId === null ? {} : { place_id: key.placeId }),
      ...(given === null ? {} : { place_id: given.placeId, profile_id: given.profileId }),
      ...(given === null ? {} : { location: given.location, serial: given.serial }),
    };
    const deviceId = await this.devices.registerIn(tx, tenant, request, report);
    const registrationId = newId(this.clock.nowMs());
    const device = { id: deviceId, name: deviceName };
    return this.enrol(tx, asking, device, { registrationId, isCounted: true, isNew: true });
  }

  /** A device that was there before it registered; it gets a key only where it brings one. */
  async adopt(tx: Tx, asking: Asking, device: NamedDevice, { isRecorded }: { isRecorded: boolean }): Promise<Enrolled> {
    if (!isRecorded) await this.record(tx, asking, device, 'adopted');
    const enrolment = { registrationId: newId(this.clock.nowMs()), isCounted: device.registration === null };
    if (asking.registration.ownKey !== null) return this.enrol(tx, asking, device, enrolment);
    return this.write(tx, asking, device, enrolment);
  }

  /** What can be known of a device by its keys. They are held until the transaction ends. */
  async knownOf(tx: Tx, { tenant, registration }: Asking, device: NamedDevice): Promise<KnownRegistration> {
    const { ownKey } = registration;
    const holdsKey = ownKey !== null && (await this.keys.isHeld(tx, tenant, device.id, ownKey));
    const open = device.registration?.registrationId;
    const isOpen = open !== undefined && (await this.registrations.isOpen(tx, tenant, device.id, open));
    return { holdsKey, isOpen };
  }

  /** The device never used the key it got for this registration; that one ends. */
  async repeat(tx: Tx, asking: Asking, device: NamedDevice, registrationId: string): Promise<Enrolled> {
    await this.record(tx, asking, device, 'repeated');
    const isAnnounced = device.registration !== null && device.registration.announcedAt !== null;
    return this.enrol(tx, asking, device, { registrationId, isCounted: false, isAnnounced });
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
      ...{ deviceId: device.id, deviceName: device.name, key: null, client: null },
      ...{ isCounted: false, isNew: false },
      registeredAt: registration?.registeredAt ?? device.createdAt,
      registrationId: registration?.registrationId,
      isAnnounced: registration?.announcedAt !== null,
    };
  }

  private async enrol(
    tx: Tx,
    asking: Asking,
    device: { id: string; name: string },
    enrolment: Enrolment,
  ): Promise<Enrolled> {
    const { ownKey } = asking.registration;
    const { key: issued, client } = await this.keys.issueWithin(tx, asking.tenant, device.id, {
      ...{ origin: 'registered', claimId: enrolment.registrationId },
      ...(ownKey === null ? {} : { ownKey }),
    });
    return { ...(await this.write(tx, asking, device, enrolment)), key: ownKey === null ? issued : null, client };
  }

  private async write(
    tx: Tx,
    { tenant, key, address }: Asking,
    device: { id: string; name: string },
    { registrationId, isCounted, isNew = false, isAnnounced = false }: Enrolment,
  ): Promise<Enrolled> {
    const now = this.clock.now();
    await this.registrations.save(tx, {
      ...{ tenantId: tenant.id, provisioningKeyId: key.id, deviceId: device.id, registrationId },
      ...{ registeredAt: now, address, announcedAt: isAnnounced ? now : null },
    });
    return {
      ...{ deviceId: device.id, deviceName: device.name, key: null, client: null },
      ...{ registeredAt: now, registrationId, isAnnounced, isCounted, isNew },
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
