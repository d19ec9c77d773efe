import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';
import { InUse } from './in-use.error.js';
import type { Usage } from './usage.js';

/** What a graph may name. */
export type UsableKind = 'device' | 'label' | 'function' | 'integration' | 'storage';

/** Answers from rows, on the connection it is given: the caller's transaction, which holds the row locked. */
export type UsageFinder = (db: Queryable, tenant: Tenant, kind: UsableKind, id: string) => Promise<Usage[]>;

/**
 * Knows who uses a row, so that it is not deleted from under them. The modules of the upper floors register a finder in
 * onModuleInit; those of the lower floors ask before they delete.
 *
 * Both sides lock: a deletion takes the row `FOR UPDATE` before it asks, whoever saves a use takes it `FOR SHARE` first.
 * So one of the two always sees the other.
 */
@Injectable()
export class Usages {
  private readonly finders: UsageFinder[] = [];

  register(finder: UsageFinder): void {
    this.finders.push(finder);
  }

  async assertUnused(db: Queryable, tenant: Tenant, kind: UsableKind, id: string): Promise<void> {
    const found: Usage[] = [];
    for (const find of this.finders) found.push(...(await find(db, tenant, kind, id)));
    if (found.length > 0) throw new InUse(kind, found);
  }
}
