import { Injectable } from '@nestjs/common';
import type { Conditions } from '../../../core/database/conditions.js';
import { cappedCount, withinRange } from '../../../core/database/history-rows.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import { wholeRangeOf, type HistoryRange } from '../../../core/http/paging/history-range.js';
import type { HistorySlice } from '../../../core/http/paging/read-history.js';
import { storableJson } from '../../../core/json/storable-json.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { FieldChanges } from './audit-changes.rules.js';
import type { AuditActor } from './audit-entry.contract.js';
import type { AuditRecord } from './audit-record.entity.js';
import type { ListAuditQuery } from './dto/list-audit.query.js';

/** A record about to be written; the actor's name is looked up as it is. */
export interface NewAuditRecord {
  id: string;
  action: string;
  subject: { kind: string; id: string | null; name: string | null };
  actor: AuditActor;
  address: string | null;
  requestId: string | null;
  reason: string | null;
  changes: FieldChanges;
  report: Readonly<Record<string, unknown>> | null;
}

const columns = `id, tenant_id AS "tenantId", action, subject_kind AS "subjectKind", subject_id AS "subjectId",
  subject_name AS "subjectName", actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName", address,
  request_id AS "requestId", reason, changes, report`;

/** All queries on the audit log: it is added to and read, newest first, and never changed. */
@Injectable()
export class AuditRepository {
  constructor(private readonly pool: HotPool) {}

  async insert(tx: Tx, tenant: Tenant, record: NewAuditRecord): Promise<void> {
    const { actor, subject } = record;
    await tx.query(
      `INSERT INTO audit_log (id, tenant_id, action, subject_kind, subject_id, subject_name, actor_kind, actor_id,
                              actor_name, address, request_id, reason, changes, report)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
         CASE $7 WHEN 'user' THEN (SELECT username FROM users WHERE id = $8)
                 WHEN 'api_key' THEN (SELECT name FROM api_keys WHERE tenant_id = $2 AND id = $8) ELSE $14 END,
         $9, $10, $11, $12, $13)`,
      [
        ...[record.id, tenant.id, record.action, subject.kind, subject.id, subject.name, actor.kind, actor.id],
        ...[record.address, record.requestId, record.reason, JSON.stringify(record.changes)],
        record.report === null ? null : storableJson(record.report),
        actor.name ?? null,
      ],
    );
  }

  async list(tenant: Tenant, query: ListAuditQuery, { range, skip, limit }: HistorySlice): Promise<Row<AuditRecord>[]> {
    const where = conditionsOf(tenant, query, range);
    return this.pool.query<Row<AuditRecord>>(
      `SELECT ${columns} FROM audit_log WHERE ${where.sql} ORDER BY id DESC LIMIT ${limit} OFFSET ${skip}`,
      where.values,
    );
  }

  async count(tenant: Tenant, query: ListAuditQuery): Promise<number> {
    const where = conditionsOf(tenant, query, wholeRangeOf(query));
    return cappedCount(this.pool, `SELECT 1 FROM audit_log WHERE ${where.sql}`, where.values);
  }

  async find(tenant: Tenant, id: string): Promise<Row<AuditRecord> | null> {
    const rows = await this.pool.query<Row<AuditRecord>>(
      `SELECT ${columns} FROM audit_log WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }
}

function conditionsOf(tenant: Tenant, query: ListAuditQuery, range: HistoryRange): Conditions {
  const where = withinRange(tenant, range);
  const filters = { action: query.action, subject_kind: query.subject_kind, subject_id: query.subject_id };
  const actors = { actor_kind: query.actor_kind, actor_id: query.actor_id, request_id: query.request_id };
  for (const [column, value] of Object.entries({ ...filters, ...actors })) {
    if (value !== undefined) where.and(value, (p) => `${column} = ${p}`);
  }
  return where;
}
