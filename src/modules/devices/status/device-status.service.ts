import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { RowChange } from '../../auth/audit/audit-entry.contract.js';
import type { DeviceStatus } from '../device-state.entity.js';
import { IntakeRepository } from '../journal/intake/intake.repository.js';
import { StatusChangesService } from '../journal/status-changes/status-changes.service.js';
import { DeviceStatesRepository } from './device-states.repository.js';
import { statusOf, verdictOn } from './lateness.rules.js';

/** What an edit means for a device's status. */
export interface Restatement {
  deviceId: string;
  /** The status that the edit names; undefined: none. */
  wanted: DeviceStatus | undefined;
  /** The minutes in which a message is expected, before the edit and after it. */
  expected: { before: number | null; after: number | null };
}

/**
 * Turns devices where people's edits do. Only maintenance is people's to set; letting go of it, or expecting messages
 * otherwise, asks the clock again.
 */
@Injectable()
export class DeviceStatusService {
  constructor(
    private readonly states: DeviceStatesRepository,
    private readonly intake: IntakeRepository,
    private readonly statusChanges: StatusChangesService,
    private readonly clock: Clock,
  ) {}

  /** Null: the edit has nothing to do with it. The caller holds the device's own row. */
  async restate(
    tx: Tx,
    tenant: Tenant,
    { deviceId, wanted, expected }: Restatement,
  ): Promise<Required<RowChange<{ status: string }>> | null> {
    const { status: from, lastSeenAt } = await this.states.lock(tx, tenant, deviceId);
    const isHeld = wanted === undefined ? from === 'maintenance' : wanted === 'maintenance';
    const isHandedOver = isHeld !== (from === 'maintenance');
    if (!isHandedOver && expected.after === expected.before) return null;
    const now = this.clock.now();
    const { outages } = await this.intake.read();
    const to = isHeld ? 'maintenance' : statusOf(lastSeenAt, expected.after, outages, now);
    const { checkAt } = verdictOn({ status: to, lastSeenAt }, expected.after, outages, now);
    await this.states.update(tx, { deviceId, status: to, checkAt });
    if (to !== from) {
      const reason = isHandedOver ? 'maintenance' : 'interval';
      await this.statusChanges.record(tx, [{ tenantId: tenant.id, deviceId, from, to, reason }]);
    }
    return { before: { status: from }, after: { status: to } };
  }
}
