import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { AuditEntry, RowChange } from './audit-entry.contract.js';
import { AuditService } from './audit.service.js';

/** What every row that people edit has. */
interface NamedRow {
  readonly id: string;
  readonly name: string;
}

/**
 * Tells of an edit in one call: the other processes, whose caches drop the row (core/changes), and whoever asks later who
 * it was (AuditService). Both in the edit's own transaction.
 *
 * @example
 * await this.edits.record(tx, tenant, 'label', 'created', { after: label });
 * await this.edits.record(tx, tenant, 'label', 'updated', { before: label, after: edited });
 * await this.edits.record(tx, tenant, 'label', 'deleted', { before: label });
 */
@Injectable()
export class EditsService {
  constructor(
    private readonly changes: Changes,
    private readonly audit: AuditService,
  ) {}

  /** `kind` is the row's singular name, `verb` past tense; the action is both with a dot. */
  async record<Row extends NamedRow>(
    tx: Tx,
    tenant: Tenant,
    kind: string,
    verb: string,
    change: RowChange<Row>,
    more: Pick<AuditEntry, 'report'> = {},
  ): Promise<void> {
    const row = change.after ?? change.before;
    if (row === undefined) throw new Error(`an edit of a ${kind} without the ${kind}`);
    await this.changes.record(tx, tenant, kind, row.id);
    const subject = { kind, id: row.id, name: row.name };
    await this.audit.record(tx, tenant, { action: `${kind}.${verb}`, subject, ...change, ...more });
  }
}
