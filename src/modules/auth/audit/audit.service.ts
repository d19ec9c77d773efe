import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { currentOrigin, type Origin } from '../../../core/origin/origin.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { changesOf } from './audit-changes.rules.js';
import type { AuditActor, AuditEntry, BulkAuditEntry } from './audit-entry.contract.js';
import { AuditRepository } from './audit.repository.js';

/** No row tells of more rows than this. */
const rowsAtOnce = 500;

/**
 * Writes down who changed what, in the transaction of the change: both are there, or neither. Who it was and from where is
 * known from the request (core/origin); outside of one it is the system, for the reason that withOrigin() gave.
 *
 * Every change by a person or a key writes one row, whatever it consists of: the use case that answers the request calls
 * `record` once. What machines write (last seen, sweeps, runs) is not recorded.
 *
 * @example
 * await this.audit.record(tx, tenant, {
 *   action: 'label.updated',
 *   subject: { kind: 'label', id: label.id, name: label.name },
 *   before: label, // rows or answers as they are: only what differs is kept, and secrets never
 *   after: edited,
 * });
 */
@Injectable()
export class AuditService {
  constructor(
    private readonly log: AuditRepository,
    private readonly clock: Clock,
  ) {}

  async record(tx: Tx, tenant: Tenant, entry: AuditEntry): Promise<void> {
    await this.log.insert(tx, tenant, {
      ...this.circumstances(entry.actor),
      action: entry.action,
      subject: entry.subject,
      changes: changesOf(entry.before, entry.after),
      report: entry.report ?? null,
    });
  }

  /** One row for every 500 rows that were changed, with their ids and the report of the whole. */
  async recordBulk(tx: Tx, tenant: Tenant, { action, kind, ids, report = {} }: BulkAuditEntry): Promise<void> {
    for (let from = 0; from < ids.length; from += rowsAtOnce) {
      const some = ids.slice(from, from + rowsAtOnce);
      await this.log.insert(tx, tenant, {
        ...this.circumstances(),
        action,
        subject: { kind, id: null, name: null },
        changes: {},
        report: { ...report, count: some.length, ids: some },
      });
    }
  }

  private circumstances(given?: AuditActor) {
    const origin = currentOrigin();
    return {
      id: newId(this.clock.nowMs()),
      actor: given ?? actorOf(origin),
      address: origin?.kind === 'request' ? origin.address : null,
      requestId: origin?.kind === 'request' ? origin.requestId : null,
      reason: origin?.kind === 'system' ? origin.reason : null,
    };
  }
}

function actorOf(origin: Origin | undefined): AuditActor {
  return (origin?.kind === 'request' ? origin.caller : undefined) ?? { kind: 'system', id: null };
}
