import { Injectable } from '@nestjs/common';
import type { Queryable, Tx } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';
import { InUse } from './in-use.error.js';
import type { Usage } from './usage.js';

/** What a graph may name. */
export type UsableKind = 'device' | 'label' | 'function' | 'integration' | 'storage';

/** A row that is about to be deleted, by the name it still has. */
export interface UsedRow {
  kind: UsableKind;
  id: string;
  name: string;
}

/** How a row is deleted: by force, it is taken out of what uses it. */
export interface Deletion {
  readonly force: boolean;
}

/** Answers from rows, on the connection it is given: the caller's transaction, which holds the row locked. */
export type UsageFinder = (db: Queryable, tenant: Tenant, kind: UsableKind, id: string) => Promise<Usage[]>;

/** How users of a row let go of it when it is deleted by force. Whoever only finds, refuses. */
export interface Detaching {
  /** Locks whatever uses the row, before the deletion locks the row itself: in the order of those who save a use. */
  hold: (tx: Tx, tenant: Tenant, kind: UsableKind, id: string) => Promise<void>;
  /** Takes the row out of everything that the finder would name, in the transaction of the deletion. */
  detach: (tx: Tx, tenant: Tenant, row: UsedRow) => Promise<void>;
}

/**
 * Knows who uses a row, so that it is not deleted from under them. The modules of the upper floors register a finder in
 * onModuleInit, and how they let go of a row; those of the lower floors ask before they delete.
 *
 * Both sides lock: a deletion takes the row `FOR UPDATE` before it asks, whoever saves a use takes it `FOR SHARE` first.
 * So one of the two always sees the other.
 *
 * @example
 * await this.usages.hold(tx, tenant, 'label', id, deletion); // before the row is locked
 * const label = await this.lock(tx, tenant, id);
 * await this.usages.letGo(tx, tenant, { kind: 'label', id, name: label.name }, deletion);
 */
@Injectable()
export class Usages {
  private readonly users: { find: UsageFinder; detaching: Detaching | undefined }[] = [];

  register(find: UsageFinder, detaching?: Detaching): void {
    this.users.push({ find, detaching });
  }

  /** Comes before the row is locked. A save holds its flow when it asks for the row: the other way round both would wait. */
  async hold(tx: Tx, tenant: Tenant, kind: UsableKind, id: string, { force }: Deletion): Promise<void> {
    if (force) for (const { detaching } of this.users) await detaching?.hold(tx, tenant, kind, id);
  }

  /**
   * Comes before a deletion, with the row locked: refuses it while somebody uses the row, or, by force, takes the row out
   * of all that use it.
   *
   * @throws InUse
   */
  async letGo(tx: Tx, tenant: Tenant, row: UsedRow, { force }: Deletion): Promise<void> {
    if (force) for (const { detaching } of this.users) await detaching?.detach(tx, tenant, row);
    const found: Usage[] = [];
    for (const { find } of this.users) found.push(...(await find(tx, tenant, row.kind, row.id)));
    if (found.length > 0) throw new InUse(row.kind, found);
  }
}
