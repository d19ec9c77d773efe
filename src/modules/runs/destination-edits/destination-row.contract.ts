import type { LaneHealth } from '../../../core/queue/lane-health.js';
import type { PressureConfig } from '../../../core/outbound/connection-config.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';

/** Where it leads, as it is stored: the config shows masks where secrets are, which lie sealed beside it. */
export interface StoredTarget {
  type: string;
  config: PressureConfig;
  secretsSealed: string | null;
}

/** What every kind of destination has in its row besides. */
export interface DestinationBase {
  id: string;
  tenantId: string;
  name: string;
  description: string | null;
  enabled: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

/** A destination’s row. */
export type DestinationRow<Target extends StoredTarget> = DestinationBase & Target;

/** A destination and what its lane lets through. */
export type DestinationWithHealth<Target extends StoredTarget> = DestinationRow<Target> & { health: LaneHealth };

/** What a request may say of any destination, beside where it leads. */
export interface DestinationFields {
  name?: string;
  description?: string | null;
  enabled?: boolean;
}

/** The table of one kind of destination. */
export interface DestinationRows<Target extends StoredTarget> {
  find(tenant: Tenant, id: string): Promise<DestinationWithHealth<Target> | null>;
  findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<DestinationRow<Target> | null>;
  /** What the lane of a destination lets through, seen from within a transaction. */
  healthIn(tx: Tx, tenant: Tenant, id: string): Promise<LaneHealth>;
  insert(tx: Tx, destination: DestinationRow<Target>): Promise<void>;
  update(tx: Tx, destination: DestinationRow<Target>): Promise<void>;
  /** Locked against deletion until the transaction ends; in id order, so that two never wait for each other. */
  idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]>;
}
