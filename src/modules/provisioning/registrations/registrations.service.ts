import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Clock } from '../../../core/time/clock.js';
import type { ProvisioningPrincipal } from '../../auth/principal.decorator.js';
import { DeviceKeysService, type IssuedKey } from '../../devices/keys/device-keys.service.js';
import { ProvisioningKeyEnded, ProvisioningKeyExhausted } from '../keys/provisioning-key.errors.js';
import { isGood } from '../keys/provisioning-key.rules.js';
import { ProvisioningKeysRepository } from '../keys/provisioning-keys.repository.js';
import { Placements, type Placed } from '../placements.service.js';
import { ProvisioningEventsService } from '../provisioning-events.service.js';
import { Registrar, type Asking, type Enrolled } from './registrar.js';
import type { Registration } from './registration-body.rules.js';
import { DeviceAlreadyRegistered } from './registration.errors.js';
import { outcomeOf, type Outcome } from './registration.rules.js';
import { RegistrationsRepository, type NamedDevice } from './registrations.repository.js';

/** What a device is told that has registered. */
export interface Registered {
  deviceId: string;
  uuid: string;
  deviceName: string;
  /** Null: it has one already. */
  key: string | null;
  /** What it may use instead of its key, where devices are clients of a Keycloak; null: it knows it already. */
  client: IssuedKey['client'];
  registeredAt: Date;
}

type Place = ((tx: Tx) => Promise<Placed>) | null;

/**
 * Registers devices that bring a provisioning key. The device, its key, the row of its registration and the count of the
 * key are one transaction; the event is said after it and before the answer. Wherever the power is cut, the device asks
 * again and finds what it lost.
 */
@Injectable()
export class RegistrationsService {
  constructor(
    private readonly provisioningKeys: ProvisioningKeysRepository,
    private readonly registrations: RegistrationsRepository,
    private readonly registrar: Registrar,
    private readonly deviceKeys: DeviceKeysService,
    private readonly placements: Placements,
    private readonly events: ProvisioningEventsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** What happens to one registration, in order. */
  async register(principal: ProvisioningPrincipal, registration: Registration, address: string): Promise<Registered> {
    const place = await this.locate(principal, registration, address);
    const enrolled = await this.enrol((tx) => this.enrolWithin(tx, principal, registration, address, place));
    await this.announce(principal, registration, enrolled);
    const { deviceId, deviceName, key, client, registeredAt } = enrolled;
    return { deviceId, uuid: registration.uuid, deviceName, key, client, registeredAt };
  }

  private async locate(
    { tenant, provisioningKeyId }: ProvisioningPrincipal,
    registration: Registration,
    address: string,
  ) {
    const key = await this.provisioningKeys.find(tenant, provisioningKeyId);
    if (key === null || key.placement === null) return null;
    // Only a new device is placed.
    if ((await this.registrations.findDevice(tenant, registration.uuid)) !== null) return null;
    return this.placements.locate(tenant, key.placement, { registration, address });
  }

  /** Of two that make one device at once the second finds it. */
  private async enrol(work: (tx: Tx) => Promise<Enrolled>): Promise<Enrolled> {
    try {
      return await this.transactions.run(work);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'device.uuid_taken')) throw error;
      return this.transactions.run(work);
    }
  }

  private async enrolWithin(
    tx: Tx,
    { tenant, provisioningKeyId }: ProvisioningPrincipal,
    registration: Registration,
    address: string,
    place: Place,
  ): Promise<Enrolled> {
    const key = await this.provisioningKeys.find(tenant, provisioningKeyId, tx);
    if (key === null) throw new ProvisioningKeyEnded();
    const device = await this.registrations.lockDevice(tx, tenant, key.id, registration.uuid);
    const asking = { tenant, key, registration, address };
    const enrolled =
      device === null
        ? await this.registrar.first(tx, asking, place === null ? null : await place(tx))
        : await this.enrolKnown(tx, asking, device);
    await this.count(tx, asking, enrolled);
    return enrolled;
  }

  private async enrolKnown(tx: Tx, asking: Asking, device: NamedDevice): Promise<Enrolled> {
    const outcome = await this.outcomeFor(tx, asking, device);
    if (outcome === 'refused') throw new DeviceAlreadyRegistered(asking.registration.uuid);
    if (outcome === 'repeat' && device.registration !== null) {
      return this.registrar.repeat(tx, asking, device, device.registration.registrationId);
    }
    return outcome === 'anew' ? this.registrar.anew(tx, asking, device) : this.registrar.unchanged(device);
  }

  private async outcomeFor(tx: Tx, { tenant, key, registration }: Asking, device: NamedDevice): Promise<Outcome> {
    const { ownKey } = registration;
    const holdsKey = ownKey !== null && (await this.deviceKeys.isHeld(tx, tenant, device.id, ownKey));
    const open = device.registration?.registrationId;
    const isOpen = open !== undefined && (await this.registrations.isOpen(tx, tenant, device.id, open));
    return outcomeOf({ holdsKey, isOpen }, key.reregistration);
  }

  /** Comes last: it holds the row of the key, on which everybody waits who registers with it. */
  private async count(tx: Tx, { tenant, key }: Asking, { isCounted }: Enrolled): Promise<void> {
    const now = this.clock.now();
    if (await this.provisioningKeys.count(tx, tenant, key.id, isCounted ? 1 : 0, now)) return;
    const left = await this.provisioningKeys.find(tenant, key.id, tx);
    throw left !== null && isGood(left, now) ? new ProvisioningKeyExhausted() : new ProvisioningKeyEnded();
  }

  /** Once: a registration that was said on disk is marked, and until then its own id keeps the journal from storing it twice. */
  private async announce(
    { tenant, provisioningKeyId }: ProvisioningPrincipal,
    { uuid, details }: Registration,
    { deviceId, deviceName, registrationId, isAnnounced, isCounted }: Enrolled,
  ): Promise<void> {
    if (registrationId === undefined || isAnnounced) return;
    await this.events.registered(
      { tenantId: tenant.id, deviceId, id: registrationId },
      { provisioning_key_id: provisioningKeyId, uuid, device_name: deviceName, is_first: isCounted, details },
    );
    await this.registrations.announced(tenant, provisioningKeyId, registrationId, this.clock.now());
  }
}
