import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import { Clock } from '../../core/time/clock.js';
import { EditsService } from '../auth/audit/edits.service.js';
import { canvasOf } from './flow-edit.rules.js';
import { FlowVersionsRepository } from './flow-versions.repository.js';
import type { Flow } from './flow.entity.js';
import { FlowsRepository } from './flows.repository.js';

/**
 * Writes flows, whatever is in them: a graph that changed is a version, and what its nodes name is indexed. The only
 * writer of the flows' tables; whether a flow may be saved is for its callers to say, before.
 */
@Injectable()
export class FlowSaves {
  constructor(
    private readonly flows: FlowsRepository,
    private readonly versions: FlowVersionsRepository,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  /** `author` is written beside the version; null for API keys. */
  async create(tx: Tx, flow: Row<Flow>, author: string | null): Promise<void> {
    await this.flows.insert(tx, flow);
    await this.keepVersion(tx, flow, author);
    await this.edits.record(tx, { id: flow.tenantId }, 'flow', 'created', { after: flow });
  }

  /** An edit that changes nothing is no save. The caller holds the flow's row. */
  async save(tx: Tx, stored: Row<Flow>, edited: Row<Flow>, author: string | null): Promise<Row<Flow>> {
    if (isDeepStrictEqual(stored, edited)) return stored;
    const redrawn = isRedrawn(stored, edited);
    const flow = { ...edited, version: stored.version + (redrawn ? 1 : 0), updatedAt: this.clock.now() };
    await this.flows.update(tx, flow);
    if (redrawn) await this.keepVersion(tx, flow, author);
    await this.edits.record(tx, { id: flow.tenantId }, 'flow', 'updated', { before: stored, after: flow });
    return flow;
  }

  async remove(tx: Tx, stored: Row<Flow>): Promise<void> {
    const tenant = { id: stored.tenantId };
    await this.flows.update(tx, { ...stored, deletedAt: this.clock.now() });
    await this.flows.replaceNodes(tx, tenant, stored.id, []);
    await this.edits.record(tx, tenant, 'flow', 'deleted', { before: stored });
  }

  private async keepVersion(tx: Tx, flow: Row<Flow>, author: string | null): Promise<void> {
    const { id, tenantId, version, nodes, edges, layout, updatedAt } = flow;
    await this.versions.insert(tx, {
      ...{ tenantId, version, nodes, edges, layout },
      flowId: id,
      createdAt: updatedAt,
      createdBy: author,
    });
    await this.flows.replaceNodes(tx, { id: tenantId }, id, nodes);
  }
}

export function isRedrawn(stored: Row<Flow>, edited: Row<Flow>): boolean {
  return !isDeepStrictEqual(canvasOf(stored), canvasOf(edited));
}
