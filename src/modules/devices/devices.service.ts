import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { SecretBox } from '../../core/crypto/secret-box.js';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { Usages, type Deletion } from '../../core/usage/usages.js';
import type { AuditEntry } from '../auth/audit/audit-entry.contract.js';
import { EditsService } from '../auth/audit/edits.service.js';
import { DeviceBelongings } from './device-belongings.js';
import { editedDevice, newDevice, wantedLabelIds, type EditMode } from './device-edit.rules.js';
import { DeviceLabelsService } from './device-labels.service.js';
import type { KnownDevice } from './device-state.entity.js';
import type { Device } from './device.entity.js';
import { DeviceNotFound } from './device.errors.js';
import { DevicesRepository } from './devices.repository.js';
import { DeviceResponse } from './dto/device.response.js';
import type { DeviceFilter, ListDevicesQuery } from './dto/list-devices.query.js';
import type { RegisterDeviceRequest } from './dto/register-device.request.js';
import type { PatchDeviceRequest, UpdateDeviceRequest } from './dto/update-device.request.js';
import { DeviceRegistered } from './events/device-registered.event.js';
import { DeviceRetired } from './events/device-retired.event.js';
import { DeviceStatusService } from './status/device-status.service.js';

/** Registers, changes and retires devices. The only writer of the devices table. */
@Injectable()
export class DevicesService {
  constructor(
    private readonly devices: DevicesRepository,
    private readonly deviceLabels: DeviceLabelsService,
    private readonly belongings: DeviceBelongings,
    private readonly status: DeviceStatusService,
    private readonly secrets: SecretBox,
    private readonly usages: Usages,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, query: ListDevicesQuery): Promise<{ rows: KnownDevice[]; total: number }> {
    return this.devices.list(tenant, query);
  }

  /** Those behind an id, in id order, a few at a time. */
  async listAfter(tenant: Tenant, filter: DeviceFilter, after: string | null, limit: number): Promise<KnownDevice[]> {
    return this.devices.listAfter(tenant, filter, after, limit);
  }

  async get(tenant: Tenant, id: string): Promise<KnownDevice> {
    const device = await this.devices.find(tenant, id);
    if (device === null) throw new DeviceNotFound();
    return device;
  }

  /** Those of the ids that are devices of the tenant, in id order. */
  async getMany(tenant: Tenant, ids: readonly string[]): Promise<KnownDevice[]> {
    return ids.length === 0 ? [] : this.devices.findMany(tenant, ids);
  }

  async exists(tenant: Tenant, id: string): Promise<boolean> {
    return (await this.devices.find(tenant, id)) !== null;
  }

  /** Those of the ids that are devices, kept from being retired until the transaction ends: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.devices.idsForUse(tx, tenant, ids);
  }

  /** The same where each of them must be there. */
  async getForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<void> {
    const known = await this.idsForUse(tx, tenant, ids);
    if (known.length < new Set(ids).size) throw new DeviceNotFound();
  }

  async register(tenant: Tenant, request: RegisterDeviceRequest): Promise<KnownDevice> {
    const id = await this.transactions.run((tx) => this.registerIn(tx, tenant, request));
    return this.get(tenant, id);
  }

  /** In a transaction that does more than that, which `report` tells of; answers the new device's id. */
  async registerIn(
    tx: Tx,
    tenant: Tenant,
    request: Row<RegisterDeviceRequest>,
    report?: AuditEntry['report'],
  ): Promise<string> {
    const now = this.clock.now();
    const id = newId(now.getTime());
    const given = await this.belongings.withDefaults(tx, tenant, request);
    const device = newDevice({ id, tenantId: tenant.id, now }, given, (appKey) => this.seal(id, appKey));
    await this.belongings.expect(tx, tenant, device);
    await this.devices.insert(tx, device, given.status ?? 'never_seen');
    const worn = await this.deviceLabels.replace(tx, tenant, id, wantedLabelIds(given) ?? []);
    const after = { ...device, ...worn?.after };
    await this.edits.record(tx, tenant, 'device', 'created', { after }, report === undefined ? {} : { report });
    tx.publish(new DeviceRegistered(tenant.id, id, device.devEui));
    return id;
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateDeviceRequest | PatchDeviceRequest,
    mode: EditMode,
  ): Promise<KnownDevice> {
    this.refuseReadOnly(request, await this.get(tenant, id));
    await this.transactions.run((tx) => this.updateIn(tx, tenant, id, request, { mode }));
    return this.get(tenant, id);
  }

  /** In a transaction that does more than that, which `report` tells of; answers whether anything changed. */
  async updateIn(
    tx: Tx,
    tenant: Tenant,
    id: string,
    request: UpdateDeviceRequest | PatchDeviceRequest,
    { mode, report }: { mode: EditMode; report?: AuditEntry['report'] },
  ): Promise<boolean> {
    const device = await this.lock(tx, tenant, id);
    const edited = editedDevice(device, request, mode, (appKey) => this.seal(id, appKey));
    const labelIds = wantedLabelIds(request);
    const worn = labelIds === undefined ? null : await this.deviceLabels.replace(tx, tenant, id, labelIds);
    const expected = await this.belongings.expect(tx, tenant, edited, device);
    const restatement = { deviceId: id, wanted: request.status, expected };
    const restated = await this.status.restate(tx, tenant, restatement);
    const changed = !isDeepStrictEqual(edited, { ...device });
    if (changed) await this.devices.update(tx, { ...edited, updatedAt: this.clock.now() });
    if (!changed && worn === null && restated === null) return false;
    const before = { ...device, ...worn?.before, ...restated?.before };
    const after = { ...edited, ...worn?.after, ...restated?.after };
    await this.edits.record(tx, tenant, 'device', 'updated', { before, after }, report === undefined ? {} : { report });
    return true;
  }

  /** Its histories stay; messages that still come are parked as those of an unknown device. */
  async retire(tenant: Tenant, id: string, deletion: Deletion): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.usages.hold(tx, tenant, 'device', id, deletion);
      const device = await this.lock(tx, tenant, id);
      await this.usages.letGo(tx, tenant, { kind: 'device', id, name: device.name }, deletion);
      await this.deviceLabels.strip(tx, tenant, id);
      await this.devices.bury(tx, device, this.clock.now());
      await this.edits.record(tx, tenant, 'device', 'deleted', { before: device });
      tx.publish(new DeviceRetired(tenant.id, id, device.devEui));
    });
  }

  /** Values move with every message: those read before the last one are not an attempt to set them. */
  private refuseReadOnly(request: UpdateDeviceRequest | PatchDeviceRequest, device: KnownDevice): void {
    const stored = new DeviceResponse(device);
    const isOutdated = request.last_seen_at !== undefined && request.last_seen_at !== stored.last_seen_at;
    refuseReadOnly(request, stored, {
      id: 'same',
      // They follow their ids: whoever changes those sends the old names along.
      ...(request.profile_id === undefined ? { profile: 'same' } : {}),
      ...(request.place_id === undefined ? { place: 'same' } : {}),
      created_at: 'same',
      updated_at: 'not_later',
      last_seen_at: 'not_later',
      handshake_at: 'not_later',
      ...(isOutdated ? {} : { latest: 'same' }),
    });
  }

  private seal(id: string, appKey: string): string {
    return this.secrets.seal(appKey.toLowerCase(), `device:${id}:app_key`);
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<Row<Device>> {
    const device = await this.devices.findForUpdate(tx, tenant, id);
    if (device === null) throw new DeviceNotFound();
    return device;
  }
}
