import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { assertMatches } from '../../../core/http/entity-tag.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { mergeDiff } from '../../../core/json/merge-diff.js';
import { mergePatch } from '../../../core/json/merge-patch.js';
import { News } from '../../../core/news/news.js';
import { currentOrigin } from '../../../core/origin/origin.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { AuditActor } from '../../auth/audit/audit-entry.contract.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import { DeviceNotFound } from '../device.errors.js';
import { DevicesService } from '../devices.service.js';
import type { TwinDocument } from './device-twin.entity.js';
import type { PatchTwinRequest } from './dto/patch-twin.request.js';
import { TwinResponse } from './dto/twin.response.js';
import { tagOf } from './target-tag.rules.js';
import { faultsOf, whyReserved, whyTooLong } from './twin-document.rules.js';
import { TwinsRepository, type KnownTwin } from './twins.repository.js';

/** What people want devices to be, and what devices say they are. The only writer of targets. */
@Injectable()
export class TwinsService {
  constructor(
    private readonly twins: TwinsRepository,
    private readonly devices: DevicesService,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly news: News,
    private readonly clock: Clock,
  ) {}

  async get(tenant: Tenant, deviceId: string): Promise<KnownTwin> {
    const twin = await this.twins.find(tenant, deviceId);
    if (twin === null) throw new DeviceNotFound();
    return twin;
  }

  /** What a person sends: the target's patch, and perhaps the rest as it was read. */
  async patch(tenant: Tenant, deviceId: string, request: PatchTwinRequest, ifMatch?: string): Promise<KnownTwin> {
    const stored = new TwinResponse(await this.get(tenant, deviceId));
    refuseReadOnly(request, stored, {
      device_id: 'same',
      version: 'not_later',
      updated_at: 'not_later',
      reported_version: 'not_later',
      reported_at: 'not_later',
      // Devices report all the time: what was read before the last report is not an attempt to set it.
      ...(isOutdated(request, stored) ? {} : { reported: 'same', difference: 'same', in_sync: 'same' }),
    });
    const { target } = request;
    return target === undefined ? this.get(tenant, deviceId) : this.retarget(tenant, deviceId, target, ifMatch);
  }

  /** Merges the patch (RFC 7396) into the target; null empties it. What changes nothing makes no version. */
  async retarget(tenant: Tenant, deviceId: string, patch: object | null, ifMatch?: string): Promise<KnownTwin> {
    const faults = [...faultsOf(patch, 'target'), ...whyReserved(patch, 'target')];
    if (faults.length > 0) throw new ValidationFailed(faults);
    await this.transactions.run(async (tx) => {
      await this.devices.getForUse(tx, tenant, [deviceId]);
      const twin = await this.twins.lock(tx, tenant, deviceId);
      if (twin === null) throw new DeviceNotFound();
      assertMatches(ifMatch, tagOf(twin));
      const target = patch === null ? {} : (mergePatch(twin.target, patch) as TwinDocument);
      const change = mergeDiff(twin.target, target);
      if (change === undefined) return;
      const tooLong = whyTooLong(target, 'target');
      if (tooLong !== undefined) throw new ValidationFailed([tooLong]);
      const at = this.clock.now();
      const [changeId, version] = [newId(at.getTime()), twin.targetVersion + 1];
      await this.twins.retarget(tx, tenant, { changeId, deviceId, version, target, change, at, actor: whoAsks() });
      await this.news.tell(tx, 'twin_change', [{ tenantId: tenant.id, id: changeId }]);
      const row = { id: deviceId, name: twin.deviceName };
      const before = { ...row, target: twin.target, version: twin.targetVersion };
      await this.edits.record(tx, tenant, 'twin', 'updated', { before, after: { ...row, target, version } });
    });
    return this.get(tenant, deviceId);
  }
}

function isOutdated({ version, reported_version }: PatchTwinRequest, stored: TwinResponse): boolean {
  return isBelow(version, stored.version) || isBelow(reported_version, stored.reported_version);
}

function isBelow(sent: unknown, stored: number): boolean {
  return typeof sent === 'number' && sent < stored;
}

function whoAsks(): AuditActor {
  const origin = currentOrigin();
  return (origin?.kind === 'request' ? origin.caller : undefined) ?? { kind: 'system', id: null };
}
