import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { RowChange } from '../auth/audit/audit-entry.contract.js';
import { EditsService } from '../auth/audit/edits.service.js';
import { LabelUsage, type LabelWearers } from '../labels/label-usage.service.js';
import type { Label, WornLabel } from '../labels/label.entity.js';
import { LabelsService } from '../labels/labels.service.js';
import { DeviceLabelsRepository } from './device-labels.repository.js';
import type { KnownDevice } from './device-state.entity.js';
import type { Device } from './device.entity.js';
import { DeviceNotFound, LabelNotWorn } from './device.errors.js';
import { DevicesRepository } from './devices.repository.js';
import type { ListDevicesQuery } from './dto/list-devices.query.js';

/** What a device wore before and after. */
type Relabelling = Required<RowChange<{ labelIds: string[] }>>;

/** Puts labels on devices and takes them off. The only writer of device_labels. */
@Injectable()
export class DeviceLabelsService implements OnModuleInit, LabelWearers {
  constructor(
    private readonly devices: DevicesRepository,
    private readonly deviceLabels: DeviceLabelsRepository,
    private readonly labels: LabelsService,
    private readonly labelUsage: LabelUsage,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
  ) {}

  onModuleInit(): void {
    this.labelUsage.register(this);
  }

  async labelsOf(tenant: Tenant, deviceId: string): Promise<Row<Label>[]> {
    const device = await this.devices.find(tenant, deviceId);
    if (device === null) throw new DeviceNotFound();
    return this.labels.getMany(tenant, device.labelIds);
  }

  async devicesOf(
    tenant: Tenant,
    labelId: string,
    query: ListDevicesQuery,
  ): Promise<{ rows: KnownDevice[]; total: number }> {
    await this.labels.get(tenant, labelId);
    return this.devices.list(tenant, query, labelId);
  }

  /** From now on the device wears these labels and no others. */
  async put(tenant: Tenant, deviceId: string, labelIds: readonly string[]): Promise<Row<Label>[]> {
    await this.transactions.run(async (tx) => {
      const device = await this.lock(tx, tenant, deviceId);
      const worn = await this.replace(tx, tenant, deviceId, labelIds);
      if (worn !== null) await this.record(tx, device, worn);
    });
    return this.labelsOf(tenant, deviceId);
  }

  /** Putting on what is worn already changes nothing. */
  async putOn(tenant: Tenant, labelId: string, deviceId: string): Promise<WornLabel> {
    await this.transactions.run(async (tx) => {
      const device = await this.lock(tx, tenant, deviceId);
      const worn = await this.deviceLabels.labelIdsOf(tx, tenant, deviceId);
      await this.labels.getForUse(tx, tenant, labelId);
      if (worn.includes(labelId)) return;
      await this.deviceLabels.add(tx, tenant, deviceId, [labelId]);
      await this.record(tx, device, relabelling(worn, [...worn, labelId]));
    });
    return this.labels.getWorn(tenant, labelId);
  }

  async takeOff(tenant: Tenant, labelId: string, deviceId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const device = await this.lock(tx, tenant, deviceId);
      const worn = await this.deviceLabels.labelIdsOf(tx, tenant, deviceId);
      if (!worn.includes(labelId)) throw new LabelNotWorn();
      await this.deviceLabels.remove(tx, tenant, deviceId, [labelId]);
      const left = worn.filter((id) => id !== labelId);
      await this.record(tx, device, relabelling(worn, left));
    });
  }

  /** Within a transaction that holds the device's row; null when nothing changed. Names ids that are no labels. */
  async replace(tx: Tx, tenant: Tenant, deviceId: string, labelIds: readonly string[]): Promise<Relabelling | null> {
    const worn = new Set(await this.deviceLabels.labelIdsOf(tx, tenant, deviceId));
    const wanted = new Set(labelIds);
    const added = [...wanted].filter((id) => !worn.has(id));
    const removed = [...worn].filter((id) => !wanted.has(id));
    const found = new Set((await this.labels.findForUse(tx, tenant, added)).map((label) => label.id));
    const unknown = labelIds.flatMap((id, index) =>
      worn.has(id) || found.has(id) ? [] : [{ path: `label_ids.${index}`, message: 'there is no such label' }],
    );
    if (unknown.length > 0) throw new ValidationFailed(unknown);
    if (added.length > 0) await this.deviceLabels.add(tx, tenant, deviceId, added);
    if (removed.length > 0) await this.deviceLabels.remove(tx, tenant, deviceId, removed);
    return added.length + removed.length > 0 ? relabelling([...worn], [...wanted]) : null;
  }

  async strip(tx: Tx, tenant: Tenant, deviceId: string): Promise<void> {
    await this.deviceLabels.removeDevice(tx, tenant, deviceId);
  }

  async countsOf(tenant: Tenant, labelIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return labelIds.length === 0 ? new Map() : this.deviceLabels.countsOf(tenant, labelIds);
  }

  async deviceIdsOf(tenant: Tenant, labelId: string, limit: number): Promise<string[]> {
    return this.deviceLabels.deviceIdsOf(tenant, labelId, limit);
  }

  async takeOffAll(tx: Tx, tenant: Tenant, labelId: string): Promise<void> {
    await this.deviceLabels.removeLabel(tx, tenant, labelId);
  }

  private async lock(tx: Tx, tenant: Tenant, deviceId: string): Promise<Row<Device>> {
    const device = await this.devices.findForUpdate(tx, tenant, deviceId);
    if (device === null) throw new DeviceNotFound();
    return device;
  }

  private async record(tx: Tx, { id, tenantId, name }: Row<Device>, { before, after }: Relabelling): Promise<void> {
    const change = { before: { id, name, ...before }, after: { id, name, ...after } };
    await this.edits.record(tx, { id: tenantId }, 'device', 'updated', change);
  }
}

/** Sorted, so that only what is worn makes a difference. */
function relabelling(before: readonly string[], after: readonly string[]): Relabelling {
  return { before: { labelIds: before.toSorted() }, after: { labelIds: after.toSorted() } };
}
