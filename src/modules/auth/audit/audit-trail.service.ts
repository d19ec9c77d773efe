import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AuditRecordNotFound } from './audit.errors.js';
import { AuditRepository } from './audit.repository.js';
import { AuditRecordResponse } from './dto/audit-record.response.js';
import type { ListAuditQuery } from './dto/list-audit.query.js';

/** Shows a tenant's admins who changed what. */
@Injectable()
export class AuditTrailService {
  constructor(private readonly log: AuditRepository) {}

  async list(tenant: Tenant, query: ListAuditQuery): Promise<CursorPage<AuditRecordResponse>> {
    return readHistory(query, {
      read: (slice) => this.log.list(tenant, query, slice),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new AuditRecordResponse(row)),
      count: () => this.log.count(tenant, query),
    });
  }

  async get(tenant: Tenant, id: string): Promise<AuditRecordResponse> {
    const record = await this.log.find(tenant, id);
    if (record === null) throw new AuditRecordNotFound();
    return new AuditRecordResponse(record);
  }
}
