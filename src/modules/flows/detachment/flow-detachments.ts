import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import { currentOrigin } from '../../../core/origin/origin.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Usages, type UsableKind, type UsageFinder, type UsedRow } from '../../../core/usage/usages.js';
import { canvasOf } from '../flow-edit.rules.js';
import { FlowSaves } from '../flow-saves.js';
import type { Flow } from '../flow.entity.js';
import { FlowsRepository } from '../flows.repository.js';
import { FlowGraphs } from '../graph/flow-graphs.js';
import { canvasWithout, lossOf } from './detachment.rules.js';

/**
 * Says which flows use a row, and takes it out of them when it is deleted by force: each gets a new version, and one that
 * could do nothing any more is disabled and says why.
 */
@Injectable()
export class FlowDetachments implements OnModuleInit {
  constructor(
    private readonly flows: FlowsRepository,
    private readonly saves: FlowSaves,
    private readonly graphs: FlowGraphs,
    private readonly usages: Usages,
  ) {}

  onModuleInit(): void {
    const find: UsageFinder = async (db, tenant, kind, id) => {
      const using = await this.flows.listUsing(db, tenant, kind, id);
      return using.map((flow) => ({ kind: 'flow', ...flow }));
    };
    this.usages.register(find, {
      hold: async (tx, tenant, kind, id) => {
        await this.lockUsing(tx, tenant, kind, id);
      },
      detach: (tx, tenant, row) => this.detach(tx, tenant, row),
    });
  }

  private async detach(tx: Tx, tenant: Tenant, row: UsedRow): Promise<void> {
    for (const stored of await this.lockUsing(tx, tenant, row.kind, row.id)) {
      await this.saves.save(tx, stored, this.without(stored, row), currentUserId());
    }
  }

  /** In id order, so that two deletions never wait for each other's flows. */
  private async lockUsing(tx: Tx, tenant: Tenant, kind: UsableKind, id: string): Promise<Row<Flow>[]> {
    const using = await this.flows.listUsing(tx, tenant, kind, id);
    const locked: Row<Flow>[] = [];
    for (const flowId of using.map((flow) => flow.id).sort()) {
      const flow = await this.flows.findForUpdate(tx, tenant, flowId);
      if (flow !== null) locked.push({ ...flow });
    }
    return locked;
  }

  private without(stored: Row<Flow>, { kind, id, name }: UsedRow): Row<Flow> {
    const canvas = canvasWithout(canvasOf(stored), kind, id);
    const loss = lossOf(this.graphs.of(stored), this.graphs.of(canvas));
    if (!stored.enabled || loss === null) return { ...stored, ...canvas };
    return { ...stored, ...canvas, enabled: false, disabledReason: `the ${kind} "${name}" was deleted: ${loss}` };
  }
}

function currentUserId(): string | null {
  const origin = currentOrigin();
  return origin?.kind === 'request' && origin.caller?.kind === 'user' ? origin.caller.id : null;
}
