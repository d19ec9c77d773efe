import { Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { assertMatches } from '../../core/http/entity-tag.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import type { CreateFlowRequest } from './dto/create-flow.request.js';
import { FlowResponse } from './dto/flow.response.js';
import type { ListFlowsQuery } from './dto/list-flows.query.js';
import type { UpdateFlowRequest } from './dto/update-flow.request.js';
import { editedCanvas, refuseReadOnlyFields, type LayoutEdit } from './flow-edit.rules.js';
import { FlowSaves, isRedrawn } from './flow-saves.js';
import type { Flow } from './flow.entity.js';
import { FlowNotFound } from './flow.errors.js';
import { FlowsRepository } from './flows.repository.js';
import { parseCanvas } from './graph/canvas.rules.js';
import type { Canvas } from './graph/canvas.js';
import { FlowChecker } from './graph/flow-checker.js';

/** Who saves, and what they had read before. */
export interface Saving {
  /** Written beside each version; null for API keys. */
  author: string | null;
  ifMatch?: string | undefined;
}

/** Makes, changes and removes flows; every save that changes the graph is a version. */
@Injectable()
export class FlowsService {
  constructor(
    private readonly flows: FlowsRepository,
    private readonly saves: FlowSaves,
    private readonly checker: FlowChecker,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  list(tenant: Tenant, query: ListFlowsQuery): Promise<{ rows: Row<Flow>[]; total: number }> {
    return this.flows.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<Row<Flow>> {
    const flow = await this.flows.find(tenant, id);
    if (flow === null) throw new FlowNotFound();
    return flow;
  }

  async create(tenant: Tenant, request: CreateFlowRequest, author: string | null): Promise<Row<Flow>> {
    const now = this.clock.now();
    const { nodes, edges, layout } = request;
    const flow: Row<Flow> = {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      name: request.name,
      description: request.description ?? null,
      ...parseCanvas({ nodes: nodes ?? [], edges: edges ?? [], layout: layout ?? null }),
      enabled: request.enabled ?? true,
      disabledReason: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await this.transactions.run(async (tx) => {
      await this.checker.assertSavable(tx, tenant, flow, flow.enabled);
      await this.saves.create(tx, flow, author);
    });
    return flow;
  }

  /** `layoutEdit` says what a given layout does to the stored one: PUT replaces it, PATCH is merged into it. */
  async update(
    tenant: Tenant,
    id: string,
    request: UpdateFlowRequest,
    { layoutEdit, author, ifMatch }: Saving & { layoutEdit: LayoutEdit },
  ): Promise<Row<Flow>> {
    return this.transactions.run(async (tx) => {
      const stored = await this.lock(tx, tenant, id);
      assertMatches(ifMatch, new FlowResponse(stored));
      refuseReadOnlyFields(request, stored);
      const edited = {
        ...stored,
        name: request.name ?? stored.name,
        description: request.description === undefined ? stored.description : request.description,
        enabled: request.enabled ?? stored.enabled,
      };
      return this.save(tx, tenant, stored, { ...edited, ...editedCanvas(stored, request, layoutEdit) }, author);
    });
  }

  /** Saves another canvas as the next version: an older one, brought back. */
  async redraw(tenant: Tenant, id: string, canvas: Canvas, { author, ifMatch }: Saving): Promise<Row<Flow>> {
    return this.transactions.run(async (tx) => {
      const stored = await this.lock(tx, tenant, id);
      assertMatches(ifMatch, new FlowResponse(stored));
      return this.save(tx, tenant, stored, { ...stored, ...canvas }, author);
    });
  }

  async remove(tenant: Tenant, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.saves.remove(tx, await this.lock(tx, tenant, id));
    });
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<Row<Flow>> {
    const flow = await this.flows.findForUpdate(tx, tenant, id);
    if (flow === null) throw new FlowNotFound();
    return { ...flow };
  }

  private async save(
    tx: Tx,
    tenant: Tenant,
    stored: Row<Flow>,
    edited: Row<Flow>,
    author: Saving['author'],
  ): Promise<Row<Flow>> {
    if (isRedrawn(stored, edited) || (edited.enabled && !stored.enabled))
      await this.checker.assertSavable(tx, tenant, edited, edited.enabled);
    const disabledReason = edited.enabled ? null : stored.disabledReason;
    return this.saves.save(tx, stored, { ...edited, disabledReason }, author);
  }
}
