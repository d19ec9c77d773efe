import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceAccessTokensService } from '../../devices/access-tokens/device-access-tokens.service.js';
import type { DeviceLocation } from '../../devices/device.entity.js';
import { DevicesService } from '../../devices/devices.service.js';
import { DeviceKeysService } from '../../devices/keys/device-keys.service.js';
import { DeviceProfilesService } from '../../devices/profiles/device-profiles.service.js';
import type { PlaceOnPath } from '../../places/paths/place-paths.service.js';
import type { Placement } from '../keys/provisioning-key.contract.js';
import { Registrar, type Asking, type Enrolled } from '../registrations/registrar.js';
import type { Registration } from '../registrations/registration-body.rules.js';
import { DeviceAlreadyRegistered } from '../registrations/registration.errors.js';
import { RegistrationsRepository, type NamedDevice } from '../registrations/registrations.repository.js';
import type { MeantDevice } from './device-finder.repository.js';
import { DeviceFinder } from './device-finder.js';
import { Placements } from './placements.js';
import type { Site } from './site.rules.js';
import { placedOutcomeOf, type PlacedOutcome } from './zero-touch.rules.js';

/** What document 004 calls the kind of its devices: of those whose key says no other. */
const usualProfile = 'IoT-Gateway';

/** What the key and the site of a placed device come to. */
interface Settled {
  enrolled: Enrolled;
  isNew: boolean;
  uuid: string | null;
  handshakeAt: Date | null;
  location: DeviceLocation | null;
  path: PlaceOnPath[];
}

/**
 * Document 004's workflow as part of one transaction: the places, the device in them, its credentials. Of a device that is
 * there only what nobody has said yet is filled in, so that the same call again changes nothing.
 */
@Injectable()
export class ZeroTouch {
  constructor(
    private readonly finder: DeviceFinder,
    private readonly placements: Placements,
    private readonly registrations: RegistrationsRepository,
    private readonly registrar: Registrar,
    private readonly devices: DevicesService,
    private readonly profiles: DeviceProfilesService,
    private readonly deviceKeys: DeviceKeysService,
    private readonly accessTokens: DeviceAccessTokensService,
  ) {}

  /** Before the transaction, for it may ask the network. Null: the device stands somewhere, and nobody need be asked. */
  async locate(
    tenant: Tenant,
    placement: Placement,
    { registration, address }: { registration: Registration; address: string },
  ): Promise<Site | null> {
    if (await this.finder.isPlaced(tenant, registration)) return null;
    return this.placements.locate(placement, registration.whereabouts, address);
  }

  async enrol(tx: Tx, asking: Asking, placement: Placement, site: Site | null): Promise<Enrolled> {
    const { tenant, registration } = asking;
    const device = await this.finder.lock(tx, tenant, registration);
    const { enrolled, uuid, ...settled } =
      device === null
        ? await this.make(tx, asking, placement, site)
        : await this.takeIn(tx, asking, placement, site, device);
    const accessToken = await this.accessTokens.ensureFor(tx, tenant, enrolled.deviceId);
    return { ...enrolled, placed: { ...settled, accessToken, uuid: uuid ?? registration.uuid } };
  }

  private async make(tx: Tx, asking: Asking, placement: Placement, site: Site | null): Promise<Settled> {
    const path = await this.pathFor(tx, asking, placement, site);
    const [location, serial] = [site?.location ?? null, asking.registration.serial];
    const given = { serial, location, ...(await this.belongings(tx, asking, path)) };
    const enrolled = await this.registrar.first(tx, asking, given, reportOf(asking, path));
    return { enrolled, isNew: true, uuid: asking.registration.uuid, handshakeAt: null, location, path };
  }

  private async takeIn(
    tx: Tx,
    asking: Asking,
    placement: Placement,
    site: Site | null,
    device: MeantDevice,
  ): Promise<Settled> {
    const { tenant, key, registration } = asking;
    const registered = await this.registrations.findRegistration(tx, tenant, key.id, device.id);
    const named = { id: device.id, name: device.name, createdAt: device.createdAt, registration: registered };
    const outcome = await this.outcomeFor(tx, asking, named);
    if (outcome === 'refused') throw new DeviceAlreadyRegistered(registration.uuid);
    const path =
      device.placeId === null
        ? await this.pathFor(tx, asking, placement, site)
        : await this.placements.pathTo(tx, tenant, device.placeId);
    const location = device.location ?? site?.location ?? null;
    const uuid = device.uuid ?? registration.uuid;
    const open = {
      ...(device.uuid === null ? { uuid } : {}),
      ...(device.serial === null && registration.serial !== null ? { serial: registration.serial } : {}),
      ...(device.location === null && location !== null ? { location } : {}),
      ...openBelongings(device, await this.belongings(tx, asking, path)),
    };
    const isFilled = await this.devices.updateIn(tx, tenant, device.id, open, {
      ...{ mode: 'replace', report: reportOf(asking, path) },
    });
    const enrolled = await this.enrolAs(tx, asking, named, outcome, isFilled);
    return { enrolled, isNew: false, uuid, handshakeAt: device.handshakeAt, location, path };
  }

  private async outcomeFor(tx: Tx, asking: Asking, device: NamedDevice): Promise<PlacedOutcome> {
    const { tenant, key, registration } = asking;
    const known = await this.registrar.knownOf(tx, asking, device);
    const hasKeys = await this.deviceKeys.hasGood(tx, tenant, device.id);
    const found = { ...known, hasKeys, isRegistered: device.registration !== null };
    return placedOutcomeOf(found, registration.ownKey !== null, key.reregistration);
  }

  private async enrolAs(
    tx: Tx,
    asking: Asking,
    device: NamedDevice,
    outcome: Exclude<PlacedOutcome, 'refused'>,
    isFilled: boolean,
  ): Promise<Enrolled> {
    if (outcome === 'adopted') return this.registrar.adopt(tx, asking, device, { isRecorded: isFilled });
    if (outcome === 'anew') return this.registrar.anew(tx, asking, device);
    if (outcome === 'repeat' && device.registration !== null) {
      return this.registrar.repeat(tx, asking, device, device.registration.registrationId);
    }
    return this.registrar.unchanged(device);
  }

  /** Where nobody knows the country, the key’s own place; empty where it has none. */
  private async pathFor(
    tx: Tx,
    { tenant, key }: Asking,
    placement: Placement,
    site: Site | null,
  ): Promise<PlaceOnPath[]> {
    const path = site === null ? [] : await this.placements.ensurePath(tx, tenant, placement, site);
    return path.length > 0 || key.placeId === null ? path : this.placements.pathTo(tx, tenant, key.placeId);
  }

  private async belongings(
    tx: Tx,
    { tenant, key }: Asking,
    path: readonly PlaceOnPath[],
  ): Promise<{ placeId: string | null; profileId: string | null }> {
    const profileId = key.profileId ?? (await this.profiles.findIdNamed(tx, tenant, usualProfile));
    return { placeId: path.at(-1)?.id ?? null, profileId };
  }
}

function openBelongings(
  device: MeantDevice,
  { placeId, profileId }: { placeId: string | null; profileId: string | null },
): { place_id?: string; profile_id?: string } {
  return {
    ...(device.placeId === null && placeId !== null ? { place_id: placeId } : {}),
    ...(device.profileId === null && profileId !== null ? { profile_id: profileId } : {}),
  };
}

/** What the audit tells of the change beside the device itself. */
function reportOf({ key }: Asking, path: readonly PlaceOnPath[]): Readonly<Record<string, unknown>> {
  const made = path.filter(({ isNew }) => isNew).map(({ id, name }) => ({ id, name }));
  return { provisioning_key_id: key.id, ...(made.length === 0 ? {} : { places_made: made }) };
}
