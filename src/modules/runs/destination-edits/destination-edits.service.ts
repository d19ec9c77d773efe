import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../../../core/database/tx.js';
import type { AppError } from '../../../core/errors/app-error.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { withOrigin } from '../../../core/origin/origin.js';
import { laneGateOf } from '../../../core/outbound/lane-gate.rules.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Deletion } from '../../../core/usage/usages.js';
import type { DestinationType, DisabledReason } from '../channels/channels.service.js';
import { DestinationDisabled } from '../events/destination-disabled.event.js';
import type { DestinationDesk } from './destination-desk.service.js';
import type {
  DestinationFields,
  DestinationRow,
  DestinationRows,
  DestinationWithHealth,
  StoredTarget,
} from './destination-row.contract.js';

/** Pauses or resumes a lane; says whether that changed anything. */
type Gating = (tx: Tx) => Promise<boolean>;

/** What an edit makes of a stored destination; refuses what was made on another state. */
export interface Edit<Target extends StoredTarget> {
  fields: DestinationFields;
  /** Refuses, before anything is changed; gets what a client sees of it. */
  check(stored: DestinationWithHealth<Target>): void;
  /** Where it leads from now on; undefined leaves it. */
  target(stored: DestinationRow<Target>): Target | undefined;
}

/**
 * Makes, changes and removes destinations of one kind, each with the lane its deliveries wait in. What differs from kind to
 * kind, its configs and its words, its own service says.
 */
export abstract class DestinationEdits<Target extends StoredTarget> {
  protected constructor(
    private readonly kind: DestinationType,
    private readonly rows: DestinationRows<Target>,
    private readonly desk: DestinationDesk,
  ) {}

  async get(tenant: Tenant, id: string): Promise<DestinationWithHealth<Target>> {
    const destination = await this.rows.find(tenant, id);
    if (destination === null) throw this.notFound();
    return destination;
  }

  /** Without anybody's wish: deliveries wait in the disabled lane until somebody decides. */
  async disable(tenant: Tenant, id: string, reason: DisabledReason): Promise<void> {
    const disabling = async (tx: Tx): Promise<void> => {
      const stored = await this.lock(tx, tenant, id);
      if (!stored.enabled) return;
      const after = await this.save(tx, tenant, { ...stored, enabled: false }, reason);
      await this.desk.edits.record(tx, tenant, this.kind, 'disabled', { before: stored, after });
      tx.publish(new DestinationDisabled(tenant.id, this.kind, id, reason));
    };
    await withOrigin({ kind: 'system', reason: `deliveries: ${reason}` }, () => this.desk.transactions.run(disabling));
  }

  /** Its deliveries wait from now on; what is under way ends. The second time changes nothing. */
  async pause(tenant: Tenant, id: string): Promise<DestinationWithHealth<Target>> {
    return this.gated(tenant, id, 'paused', (tx) => this.desk.lanes.pause(tx, tenant, id));
  }

  async resume(tenant: Tenant, id: string): Promise<DestinationWithHealth<Target>> {
    return this.gated(tenant, id, 'resumed', (tx) => this.desk.lanes.resume(tx, tenant, id));
  }

  async remove(tenant: Tenant, id: string, deletion: Deletion): Promise<void> {
    const { transactions, usages, lanes, edits, clock } = this.desk;
    await transactions.run(async (tx) => {
      await usages.hold(tx, tenant, this.kind, id, deletion);
      const stored = await this.lock(tx, tenant, id);
      await usages.letGo(tx, tenant, { kind: this.kind, id, name: stored.name }, deletion);
      await this.rows.update(tx, { ...stored, secretsSealed: null, deletedAt: clock.now() });
      // What still waits must come to its end: an open lane lets each delivery find that its destination is gone.
      await lanes.gate(tx, tenant, id, laneGateOf({ ...stored, enabled: true }));
      await lanes.resume(tx, tenant, id);
      await edits.record(tx, tenant, this.kind, 'deleted', { before: stored });
    });
  }

  /** Those of the ids that are here, kept from being deleted until the transaction ends: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.rows.idsForUse(tx, tenant, ids);
  }

  protected abstract notFound(): AppError;

  /** Stores a new one; `target` gets the id, to which its secrets are sealed. */
  protected async add(
    tenant: Tenant,
    { name, description, enabled }: DestinationFields & { name: string },
    target: (id: string) => Target,
  ): Promise<DestinationWithHealth<Target>> {
    const { transactions, lanes, edits, clock } = this.desk;
    const now = clock.now();
    const id = newId(now.getTime());
    const destination: DestinationRow<Target> = {
      ...{ id, tenantId: tenant.id, name, description: description ?? null, enabled: enabled ?? true },
      ...{ version: 1, createdAt: now, updatedAt: now, deletedAt: null },
      ...target(id),
    };
    await transactions.run(async (tx) => {
      await lanes.create(tx, tenant, id, 'deliveries', laneGateOf(destination));
      await this.rows.insert(tx, destination);
      await edits.record(tx, tenant, this.kind, 'created', { after: destination });
    });
    return this.get(tenant, id);
  }

  protected async edit(tenant: Tenant, id: string, edit: Edit<Target>): Promise<DestinationWithHealth<Target>> {
    await this.desk.transactions.run(async (tx) => {
      const stored = await this.lock(tx, tenant, id);
      edit.check({ ...stored, health: await this.rows.healthIn(tx, tenant, id) });
      const edited = { ...applied(stored, edit.fields), ...edit.target(stored) };
      if (isDeepStrictEqual({ ...stored }, { ...edited })) return;
      const after = await this.save(tx, tenant, edited);
      await this.desk.edits.record(tx, tenant, this.kind, 'updated', { before: stored, after });
    });
    return this.get(tenant, id);
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<DestinationRow<Target>> {
    const destination = await this.rows.findForUpdate(tx, tenant, id);
    if (destination === null) throw this.notFound();
    return destination;
  }

  private async gated(tenant: Tenant, id: string, verb: string, gate: Gating): Promise<DestinationWithHealth<Target>> {
    const { kind, desk } = this;
    await desk.transactions.run(async (tx) => {
      const { name } = await this.lock(tx, tenant, id);
      if (!(await gate(tx))) return;
      await desk.audit.record(tx, tenant, { action: `${kind}.${verb}`, subject: { kind, id, name } });
    });
    return this.get(tenant, id);
  }

  private async save(
    tx: Tx,
    tenant: Tenant,
    edited: DestinationRow<Target>,
    disabledReason: DisabledReason | null = null,
  ): Promise<DestinationRow<Target>> {
    const saved = { ...edited, version: edited.version + 1, updatedAt: this.desk.clock.now() };
    await this.rows.update(tx, saved);
    await this.desk.lanes.gate(tx, tenant, edited.id, { ...laneGateOf(edited), disabledReason });
    return saved;
  }
}

function applied<Stored extends DestinationRow<StoredTarget>>(stored: Stored, fields: DestinationFields): Stored {
  const { name = stored.name, description = stored.description, enabled = stored.enabled } = fields;
  return { ...stored, name, description, enabled };
}
