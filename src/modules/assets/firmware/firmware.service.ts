import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import type { Principal } from '../../auth/principal.decorator.js';
import { DeviceProfilesService } from '../../devices/profiles/device-profiles.service.js';
import type { NamedVersion } from '../asset-version.entity.js';
import { AssetVersionsRepository } from '../asset-versions.repository.js';
import { AssetsRepository } from '../assets.repository.js';
import type { NamedOffer } from './firmware-offer.entity.js';
import { FirmwareOffersRepository } from './firmware-offers.repository.js';
import { FirmwareNotFound, NotAnImage } from './firmware.errors.js';

/** Which asset a profile shall offer. */
export interface WantedOffer {
  filename: string;
  /** Null: always the newest. */
  version: number | null;
}

/** Offers devices the firmware of their profile. The only writer of the firmware_offers table. */
@Injectable()
export class FirmwareService {
  constructor(
    private readonly offers: FirmwareOffersRepository,
    private readonly assets: AssetsRepository,
    private readonly versions: AssetVersionsRepository,
    private readonly profiles: DeviceProfilesService,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async get(tenant: Tenant, profileId: string): Promise<NamedOffer> {
    await this.profiles.get(tenant, profileId);
    const offer = await this.offers.find(tenant, profileId);
    if (offer === null) throw new FirmwareNotFound();
    return offer;
  }

  async offer(tenant: Tenant, profileId: string, { filename, version }: WantedOffer): Promise<NamedOffer> {
    const { name } = await this.profiles.get(tenant, profileId);
    await this.transactions.run(async (tx) => {
      await this.profiles.findForUse(tx, tenant, [profileId]);
      const asset = await this.assets.findForUpdate(tx, tenant, filename);
      const image = asset === null ? null : await this.versions.find(tenant, filename, version ?? undefined);
      if (asset === null || image === null) throw noSuch(asset === null ? 'filename' : 'version');
      if (image.firmware === null) throw new NotAnImage(filename, image.version);
      const before = await this.offers.find(tenant, profileId, tx);
      if (before?.filename === filename && before.pinnedVersion === version) return;
      const ids = { tenantId: tenant.id, profileId, assetId: asset.id };
      await this.offers.save(tx, { ...ids, pinnedVersion: version, updatedAt: this.clock.now() });
      const stored = before === null ? null : { filename: before.filename, version: before.pinnedVersion };
      const change = {
        before: offerRow(profileId, name, stored),
        after: offerRow(profileId, name, { filename, version }),
      };
      await this.edits.record(tx, tenant, 'device_profile', 'firmware_offered', change);
    });
    return this.get(tenant, profileId);
  }

  async withdraw(tenant: Tenant, profileId: string): Promise<void> {
    const { name } = await this.profiles.get(tenant, profileId);
    await this.transactions.run(async (tx) => {
      await this.profiles.findForUse(tx, tenant, [profileId]);
      const offer = await this.offers.find(tenant, profileId, tx);
      if (offer === null) throw new FirmwareNotFound();
      await this.offers.remove(tx, tenant, profileId);
      const before = offerRow(profileId, name, { filename: offer.filename, version: offer.pinnedVersion });
      const change = { before, after: offerRow(profileId, name, null) };
      await this.edits.record(tx, tenant, 'device_profile', 'firmware_withdrawn', change);
    });
  }

  /** `profile` is its name or its id; a device asks only for its own. */
  async imageFor(principal: Principal, profile: string): Promise<NamedVersion> {
    const deviceId = principal.kind === 'device' ? principal.deviceId : null;
    const image = await this.offers.findImage(principal.tenant, profile, deviceId);
    if (image === null) throw new FirmwareNotFound();
    return image;
  }
}

/** What the audit log compares. */
function offerRow(id: string, name: string, offer: WantedOffer | null) {
  return { id, name, firmware: offer?.filename ?? null, firmware_version: offer?.version ?? null };
}

function noSuch(path: 'filename' | 'version'): ValidationFailed {
  const message = path === 'filename' ? 'there is no such asset' : 'there is no such version of it';
  return new ValidationFailed([{ path, message }]);
}
