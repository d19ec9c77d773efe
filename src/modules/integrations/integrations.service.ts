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
import { DestinationGate } from './config/destination-gate.js';
import type { CreateIntegrationRequest } from './dto/create-integration.request.js';
import { IntegrationResponse } from './dto/integration.response.js';
import type { ListIntegrationsQuery } from './dto/list-integrations.query.js';
import { refuseReadOnlyFields, type UpdateIntegrationRequest } from './dto/update-integration.request.js';
import { DestinationDisabled } from '../runs/events/destination-disabled.event.js';
import type { Integration } from './integration.entity.js';
import { IntegrationNotFound } from './integration.errors.js';
import { editedConfig, isSame, type ConfigEdit } from './integration.rules.js';
import { IntegrationsRepository, type IntegrationRow } from './integrations.repository.js';

/** Pauses or resumes a lane; says whether that changed anything. */
type Gating = (tx: Tx) => Promise<boolean>;

/** Makes, changes and removes integrations, each with the lane its deliveries wait in. The only writer of their table. */
@Injectable()
export class IntegrationsService {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly gate: DestinationGate,
    private readonly lanes: Lanes,
    private readonly usages: Usages,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  list(tenant: Tenant, query: ListIntegrationsQuery): Promise<{ rows: IntegrationRow[]; total: number }> {
    return this.integrations.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<IntegrationRow> {
    const integration = await this.integrations.find(tenant, id);
    if (integration === null) throw new IntegrationNotFound();
    return integration;
  }

  async create(tenant: Tenant, request: CreateIntegrationRequest): Promise<IntegrationRow> {
    const now = this.clock.now();
    const id = newId(now.getTime());
    const integration: Row<Integration> = {
      id,
      tenantId: tenant.id,
      name: request.name,
      description: request.description ?? null,
      ...this.gate.admit(tenant, id, request),
      enabled: request.enabled ?? true,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await this.transactions.run(async (tx) => {
      await this.lanes.create(tx, tenant, id, 'deliveries', laneGateOf(integration));
      await this.integrations.insert(tx, integration);
      await this.edits.record(tx, tenant, 'integration', 'created', { after: integration });
    });
    return this.get(tenant, id);
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateIntegrationRequest,
    edit: ConfigEdit,
    ifMatch?: string,
  ): Promise<IntegrationRow> {
    await this.transactions.run(async (tx) => {
      const { health, ...stored } = await this.lock(tx, tenant, id);
      assertMatches(ifMatch, new IntegrationResponse({ ...stored, health }));
      refuseReadOnlyFields(request, new IntegrationResponse({ ...stored, health }));
      const destination = editedConfig(stored, request, edit);
      const edited: Row<Integration> = {
        ...stored,
        name: request.name ?? stored.name,
        description: request.description === undefined ? stored.description : request.description,
        enabled: request.enabled ?? stored.enabled,
        ...(destination === undefined ? {} : this.gate.admit(tenant, id, destination, stored)),
      };
      if (isSame(stored, edited)) return;
      const saved = await this.save(tx, tenant, edited);
      await this.edits.record(tx, tenant, 'integration', 'updated', { before: stored, after: saved });
    });
    return this.get(tenant, id);
  }

  /** Without anybody's wish: deliveries wait in the disabled lane until somebody decides. */
  async disable(tenant: Tenant, id: string, reason: DisabledReason): Promise<void> {
    const disabling = async (tx: Tx): Promise<void> => {
      const { health: _, ...stored } = await this.lock(tx, tenant, id);
      if (!stored.enabled) return;
      const saved = await this.save(tx, tenant, { ...stored, enabled: false }, reason);
      await this.edits.record(tx, tenant, 'integration', 'disabled', { before: stored, after: saved });
      tx.publish(new DestinationDisabled(tenant.id, 'integration', id, reason));
    };
    await withOrigin({ kind: 'system', reason: `deliveries: ${reason}` }, () => this.transactions.run(disabling));
  }

  /** Its deliveries wait from now on; what is under way ends. The second time changes nothing. */
  async pause(tenant: Tenant, id: string): Promise<IntegrationRow> {
    return this.gated(tenant, id, 'paused', (tx) => this.lanes.pause(tx, tenant, id));
  }

  async resume(tenant: Tenant, id: string): Promise<IntegrationRow> {
    return this.gated(tenant, id, 'resumed', (tx) => this.lanes.resume(tx, tenant, id));
  }

  async remove(tenant: Tenant, id: string, deletion: Deletion): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.usages.hold(tx, tenant, 'integration', id, deletion);
      const { health: _, ...stored } = await this.lock(tx, tenant, id);
      await this.usages.letGo(tx, tenant, { kind: 'integration', id, name: stored.name }, deletion);
      await this.integrations.update(tx, { ...stored, secretsSealed: null, deletedAt: this.clock.now() });
      // What still waits must come to its end: an open lane lets each delivery find that its destination is gone.
      await this.lanes.gate(tx, tenant, id, laneGateOf({ ...stored, enabled: true }));
      await this.lanes.resume(tx, tenant, id);
      await this.edits.record(tx, tenant, 'integration', 'deleted', { before: stored });
    });
  }

  /** Those of the ids that are integrations, kept from being deleted until the transaction ends: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.integrations.idsForUse(tx, tenant, ids);
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<IntegrationRow> {
    const integration = await this.integrations.findForUpdate(tx, tenant, id);
    if (integration === null) throw new IntegrationNotFound();
    return integration;
  }

  private async gated(tenant: Tenant, id: string, verb: string, gate: Gating): Promise<IntegrationRow> {
    await this.transactions.run(async (tx) => {
      const { name } = await this.lock(tx, tenant, id);
      if (!(await gate(tx))) return;
      const subject = { kind: 'integration', id, name };
      await this.audit.record(tx, tenant, { action: `integration.${verb}`, subject });
    });
    return this.get(tenant, id);
  }

  private async save(
    tx: Tx,
    tenant: Tenant,
    edited: Row<Integration>,
    disabledReason?: DisabledReason,
  ): Promise<Row<Integration>> {
    const saved = { ...edited, version: edited.version + 1, updatedAt: this.clock.now() };
    await this.integrations.update(tx, saved);
    await this.lanes.gate(tx, tenant, edited.id, { ...laneGateOf(edited), disabledReason: disabledReason ?? null });
    return saved;
  }
}
