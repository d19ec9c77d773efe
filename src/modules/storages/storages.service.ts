import { Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { assertMatches } from '../../core/http/entity-tag.js';
import { newId } from '../../core/ids/uuid-v7.js';
import { withOrigin } from '../../core/origin/origin.js';
import { laneGateOf } from '../../core/outbound/lane-gate.rules.js';
import { Lanes } from '../../core/queue/lanes.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { Usages, type Deletion } from '../../core/usage/usages.js';
import { AuditService } from '../auth/audit/audit.service.js';
import { EditsService } from '../auth/audit/edits.service.js';
import type { DisabledReason } from '../runs/channels/channels.service.js';
import { DestinationDisabled } from '../runs/events/destination-disabled.event.js';
import { StorageGate } from './config/storage-gate.js';
import type { CreateStorageRequest } from './dto/create-storage.request.js';
import type { ListStoragesQuery } from './dto/list-storages.query.js';
import { StorageResponse } from './dto/storage.response.js';
import { refuseReadOnlyFields, type UpdateStorageRequest } from './dto/update-storage.request.js';
import type { Storage } from './storage.entity.js';
import { StorageNotFound } from './storage.errors.js';
import { configOf, editedConfig, isSame, type ConfigEdit } from './storage.rules.js';
import { StoragesRepository, type StorageRow } from './storages.repository.js';

/** Pauses or resumes a lane; says whether that changed anything. */
type Gating = (tx: Tx) => Promise<boolean>;

/** Makes, changes and removes storages, each with the lane its deliveries wait in. The only writer of their table. */
@Injectable()
export class StoragesService {
  constructor(
    private readonly storages: StoragesRepository,
    private readonly gate: StorageGate,
    private readonly lanes: Lanes,
    private readonly usages: Usages,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  list(tenant: Tenant, query: ListStoragesQuery): Promise<{ rows: StorageRow[]; total: number }> {
    return this.storages.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<StorageRow> {
    const storage = await this.storages.find(tenant, id);
    if (storage === null) throw new StorageNotFound();
    return storage;
  }

  async create(tenant: Tenant, request: CreateStorageRequest): Promise<StorageRow> {
    const now = this.clock.now();
    const id = newId(now.getTime());
    const storage: Row<Storage> = {
      id,
      tenantId: tenant.id,
      name: request.name,
      description: request.description ?? null,
      ...this.gate.admit(tenant, id, { type: request.type, config: configOf(request) }),
      enabled: request.enabled ?? true,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await this.transactions.run(async (tx) => {
      await this.lanes.create(tx, tenant, id, 'deliveries', laneGateOf(storage));
      await this.storages.insert(tx, storage);
      await this.edits.record(tx, tenant, 'storage', 'created', { after: storage });
    });
    return this.get(tenant, id);
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateStorageRequest,
    edit: ConfigEdit,
    ifMatch?: string,
  ): Promise<StorageRow> {
    await this.transactions.run(async (tx) => {
      const { health, ...stored } = await this.lock(tx, tenant, id);
      assertMatches(ifMatch, new StorageResponse({ ...stored, health }));
      refuseReadOnlyFields(request, new StorageResponse({ ...stored, health }));
      const target = editedConfig(stored, request, edit);
      const edited: Row<Storage> = {
        ...stored,
        name: request.name ?? stored.name,
        description: request.description === undefined ? stored.description : request.description,
        enabled: request.enabled ?? stored.enabled,
        ...(target === undefined ? {} : this.gate.admit(tenant, id, target, stored)),
      };
      if (isSame(stored, edited)) return;
      const after = await this.save(tx, tenant, edited);
      await this.edits.record(tx, tenant, 'storage', 'updated', { before: stored, after });
    });
    return this.get(tenant, id);
  }

  /** Without anybody's wish: deliveries wait in the disabled lane until somebody decides. */
  async disable(tenant: Tenant, id: string, reason: DisabledReason): Promise<void> {
    const disabling = async (tx: Tx): Promise<void> => {
      const { health: _, ...stored } = await this.lock(tx, tenant, id);
      if (!stored.enabled) return;
      const after = await this.save(tx, tenant, { ...stored, enabled: false }, reason);
      await this.edits.record(tx, tenant, 'storage', 'disabled', { before: stored, after });
      tx.publish(new DestinationDisabled(tenant.id, 'storage', id, reason));
    };
    await withOrigin({ kind: 'system', reason: `deliveries: ${reason}` }, () => this.transactions.run(disabling));
  }

  /** Its deliveries wait from now on; what is under way ends. The second time changes nothing. */
  async pause(tenant: Tenant, id: string): Promise<StorageRow> {
    return this.gated(tenant, id, 'paused', (tx) => this.lanes.pause(tx, tenant, id));
  }

  async resume(tenant: Tenant, id: string): Promise<StorageRow> {
    return this.gated(tenant, id, 'resumed', (tx) => this.lanes.resume(tx, tenant, id));
  }

  async remove(tenant: Tenant, id: string, deletion: Deletion): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.usages.hold(tx, tenant, 'storage', id, deletion);
      const { health: _, ...stored } = await this.lock(tx, tenant, id);
      await this.usages.letGo(tx, tenant, { kind: 'storage', id, name: stored.name }, deletion);
      await this.storages.update(tx, { ...stored, secretsSealed: null, deletedAt: this.clock.now() });
      // What still waits must come to its end: an open lane lets each delivery find that its destination is gone.
      await this.lanes.gate(tx, tenant, id, laneGateOf({ ...stored, enabled: true }));
      await this.lanes.resume(tx, tenant, id);
      await this.edits.record(tx, tenant, 'storage', 'deleted', { before: stored });
    });
  }

  /** Those of the ids that are storages, kept from being deleted until the transaction ends: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.storages.idsForUse(tx, tenant, ids);
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<StorageRow> {
    const storage = await this.storages.findForUpdate(tx, tenant, id);
    if (storage === null) throw new StorageNotFound();
    return storage;
  }

  private async gated(tenant: Tenant, id: string, verb: string, gate: Gating): Promise<StorageRow> {
    await this.transactions.run(async (tx) => {
      const { name } = await this.lock(tx, tenant, id);
      if (!(await gate(tx))) return;
      await this.audit.record(tx, tenant, { action: `storage.${verb}`, subject: { kind: 'storage', id, name } });
    });
    return this.get(tenant, id);
  }

  private async save(
    tx: Tx,
    tenant: Tenant,
    edited: Row<Storage>,
    disabledReason?: DisabledReason,
  ): Promise<Row<Storage>> {
    const saved = { ...edited, version: edited.version + 1, updatedAt: this.clock.now() };
    await this.storages.update(tx, saved);
    await this.lanes.gate(tx, tenant, saved.id, { ...laneGateOf(saved), disabledReason: disabledReason ?? null });
    return saved;
  }
}
