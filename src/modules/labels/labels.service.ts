import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { newId } from '../../core/ids/uuid-v7.js';
import { definedOf } from '../../core/json/defined.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { Usages, type Deletion } from '../../core/usage/usages.js';
import { EditsService } from '../auth/audit/edits.service.js';
import type { CreateLabelRequest } from './dto/create-label.request.js';
import { LabelDetail } from './dto/label.response.js';
import type { ListLabelsQuery } from './dto/list-labels.query.js';
import type { UpdateLabelRequest } from './dto/update-label.request.js';
import { LabelUsage } from './label-usage.service.js';
import type { CountedLabel, Label, WornLabel } from './label.entity.js';
import { LabelNotFound } from './label.errors.js';
import { LabelsRepository } from './labels.repository.js';

/** The detail names no more devices than this; the rest is GET /labels/{id}/devices. */
const maxDeviceIds = 1_000;

/** Makes, renames and removes labels. The only writer of the labels table. */
@Injectable()
export class LabelsService {
  constructor(
    private readonly labels: LabelsRepository,
    private readonly usage: LabelUsage,
    private readonly usages: Usages,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, query: ListLabelsQuery): Promise<{ rows: CountedLabel[]; total: number }> {
    const { rows, total } = await this.labels.list(tenant, query);
    const counts = await this.usage.wearers.countsOf(
      tenant,
      rows.map((label) => label.id),
    );
    return { rows: rows.map((label) => ({ label, deviceCount: counts.get(label.id) ?? 0 })), total };
  }

  async get(tenant: Tenant, id: string): Promise<Row<Label>> {
    const label = await this.labels.find(tenant, id);
    if (label === null) throw new LabelNotFound();
    return label;
  }

  async getWorn(tenant: Tenant, id: string): Promise<WornLabel> {
    const label = await this.get(tenant, id);
    const counts = await this.usage.wearers.countsOf(tenant, [id]);
    const deviceIds = await this.usage.wearers.deviceIdsOf(tenant, id, maxDeviceIds);
    return { label, deviceCount: counts.get(id) ?? 0, deviceIds };
  }

  async create(tenant: Tenant, request: CreateLabelRequest): Promise<WornLabel> {
    const now = this.clock.now();
    const label: Row<Label> = {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      name: request.name,
      color: request.color?.toLowerCase() ?? null,
      description: request.description ?? null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await this.transactions.run(async (tx) => {
      await this.labels.insert(tx, label);
      await this.edits.record(tx, tenant, 'label', 'created', { after: label });
    });
    return { label, deviceCount: 0, deviceIds: [] };
  }

  async update(tenant: Tenant, id: string, request: UpdateLabelRequest): Promise<WornLabel> {
    const stored = new LabelDetail(await this.getWorn(tenant, id));
    refuseReadOnly(request, stored, {
      id: 'same',
      device_count: 'same',
      device_ids: 'same',
      created_at: 'same',
      updated_at: 'not_later',
    });
    const { name, color, description } = request;
    const edit = definedOf({ name, color: color?.toLowerCase() ?? color, description });
    await this.transactions.run(async (tx) => {
      const label = await this.lock(tx, tenant, id);
      const edited = { ...label, ...edit };
      if (isDeepStrictEqual(edited, { ...label })) return;
      await this.labels.update(tx, { ...edited, updatedAt: this.clock.now() });
      await this.edits.record(tx, tenant, 'label', 'updated', { before: label, after: edited });
    });
    return this.getWorn(tenant, id);
  }

  /** Takes the label off every device; histories keep its name. */
  async remove(tenant: Tenant, id: string, deletion: Deletion): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.usages.hold(tx, tenant, 'label', id, deletion);
      const label = await this.lock(tx, tenant, id);
      await this.usages.letGo(tx, tenant, { kind: 'label', id, name: label.name }, deletion);
      await this.labels.update(tx, { ...label, deletedAt: this.clock.now() });
      await this.usage.wearers.takeOffAll(tx, tenant, id);
      await this.edits.record(tx, tenant, 'label', 'deleted', { before: label });
    });
  }

  /** Those of the ids that are labels, by name. */
  async getMany(tenant: Tenant, ids: readonly string[]): Promise<Row<Label>[]> {
    return ids.length === 0 ? [] : this.labels.findMany(tenant, ids);
  }

  /**
   * Those of the ids that are labels, in id order, kept from being deleted until the transaction ends. Whoever stores a
   * label's id asks here first, in the same transaction.
   */
  async findForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<Row<Label>[]> {
    return ids.length === 0 ? [] : this.labels.findForUse(tx, tenant, ids);
  }

  /** The same for one that must be there. */
  async getForUse(tx: Tx, tenant: Tenant, id: string): Promise<Row<Label>> {
    const [label] = await this.labels.findForUse(tx, tenant, [id]);
    if (label === undefined) throw new LabelNotFound();
    return label;
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<Row<Label>> {
    const label = await this.labels.findForUpdate(tx, tenant, id);
    if (label === null) throw new LabelNotFound();
    return label;
  }
}
