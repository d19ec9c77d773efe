import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Clock } from '../../../core/time/clock.js';
import type { ProvisioningPrincipal } from '../../auth/principal.decorator.js';
import type { IssuedKey } from '../../devices/keys/device-keys.service.js';
import { ProvisioningKeyEnded, ProvisioningKeyExhausted } from '../keys/provisioning-key.errors.js';
import { isGood } from '../keys/provisioning-key.rules.js';
import { ProvisioningKeysRepository } from '../keys/provisioning-keys.repository.js';
import type { PlacementReport } from '../placement/placement-report.js';
import type { Site } from '../placement/site.rules.js';
import { ZeroTouch } from '../placement/zero-touch.js';
import { ProvisioningEventsService } from '../provisioning-events.service.js';
import { Registrar, type Asking, type Enrolled } from './registrar.js';
import type { Registration } from './registration-body.rules.js';
import { DeviceAlreadyRegistered } from './registration.errors.js';
import { outcomeOf } from './registration.rules.js';
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
  /** Null: its key places no devices. */
  placed: PlacementReport | null;
}

/** By another registration of the same device. */
const takenMeanwhile = ['device.uuid_taken', 'device.serial_taken'];

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
    private readonly zeroTouch: ZeroTouch,
    private readonly events: ProvisioningEventsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** What happens to one registration, in order. */
  async register(principal: ProvisioningPrincipal, registration: Registration, address: string): Promise<Registered> {
    const site = await this.locate(principal, registration, address);
    const enrolled = await this.enrol((tx) => this.enrolWithin(tx, principal, registration, address, site));
    await this.announce(principal, registration, enrolled);
    const { deviceId, deviceName, key, client, registeredAt, placed = null } = enrolled;
    return { deviceId, uuid: placed?.uuid ?? registration.uuid, deviceName, key, client, registeredAt, placed };
  }

  private async locate(
    { tenant, provisioningKeyId }: ProvisioningPrincipal,
    registration: Registration,
    address: string,
  ): Promise<Site | null> {
    const key = await this.provisioningKeys.find(tenant, provisioningKeyId);
    if (key === null || key.placement === null) return null;
    return this.zeroTouch.locate(tenant, key.placement, { registration, address });
  }

  /** Of two that make one device at once the second finds it. */
  private async enrol(work: (tx: Tx) => Promise<Enrolled>): Promise<Enrolled> {
    try {
      return await this.transactions.run(work);
    } catch (error) {
      if (!(error instanceof AppError && takenMeanwhile.includes(error.code))) throw error;
      return this.transactions.run(work);
    }
  }

  private async enrolWithin(
    tx: Tx,
    { tenant, provisioningKeyId }: ProvisioningPrincipal,
    registration: Registration,
    address: string,
    site: Site | null,
  ): Promise<Enrolled> {
    const key = await this.provisioningKeys.find(tenant, provisioningKeyId, tx);
    if (key === null) throw new ProvisioningKeyEnded();
    const asking = { tenant, key, registration, address };
    const enrolled =
      key.placement === null
        ? await this.enrolByUuid(tx, asking)
        : await this.zeroTouch.enrol(tx, asking, key.placement, site);
    await this.count(tx, asking, enrolled);
    return enrolled;
  }

  private async enrolByUuid(tx: Tx, asking: Asking): Promise<Enrolled> {
    const { tenant, key, registration } = asking;
    const device = await this.registrations.lockDevice(tx, tenant, key.id, registration.uuid);
    return device === null ? this.registrar.first(tx, asking, null) : this.enrolKnown(tx, asking, device);
  }

  private async enrolKnown(tx: Tx, asking: Asking, device: NamedDevice): Promise<Enrolled> {
    const outcome = outcomeOf(await this.registrar.knownOf(tx, asking, device), asking.key.reregistration);
    if (outcome === 'refused') throw new DeviceAlreadyRegistered(asking.registration.uuid);
    if (outcome === 'repeat' && device.registration !== null) {
      return this.registrar.repeat(tx, asking, device, device.registration.registrationId);
    }
    return outcome === 'anew' ? this.registrar.anew(tx, asking, device) : this.registrar.unchanged(device);
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
    { deviceId, deviceName, registrationId, isAnnounced, isNew }: Enrolled,
  ): Promise<void> {
    if (registrationId === undefined || isAnnounced) return;
    await this.events.registered(
      { tenantId: tenant.id, deviceId, id: registrationId },
      { provisioning_key_id: provisioningKeyId, uuid, device_name: deviceName, is_first: isNew, details },
    );
    await this.registrations.announced(tenant, provisioningKeyId, registrationId, this.clock.now());
  }
}
