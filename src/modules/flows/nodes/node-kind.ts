import type { Tx } from '../../../core/database/tx.js';
import type { UsableKind } from '../../../core/usage/usages.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';

/**
 * One kind of node that a flow may hold: what its `data.entityId` names, and whether it fires or waits for a message.
 * A new kind is one class beside this file and one line in node-kinds.ts. What a node that waits does with a message is
 * a step (flow-processor/steps) or a channel (runs/channels) of the same type.
 *
 * `existing` answers those of the ids that are rows of the tenant, and keeps them from being deleted until the
 * transaction ends.
 */
export interface NodeKind {
  readonly type: UsableKind;
  readonly isTrigger: boolean;
  existing(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly string[]>;
}
