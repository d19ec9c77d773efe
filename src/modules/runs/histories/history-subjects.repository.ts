import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { SubjectNotFound, type HistorySubject } from './history.errors.js';

const tables: Record<HistorySubject, string> = {
  flow: 'flows',
  function: 'functions',
  integration: 'integrations',
  label: 'labels',
  storage: 'storages',
};

/** Tells an empty history from one of nobody. A deleted row still has its history. */
@Injectable()
export class HistorySubjectsRepository {
  constructor(private readonly pool: HotPool) {}

  async assertKnown(tenant: Tenant, subject: HistorySubject, id: string): Promise<void> {
    const sql = `SELECT FROM ${tables[subject]} WHERE tenant_id = $1 AND id = $2`;
    const rows = await this.pool.query(sql, [tenant.id, id]);
    if (rows.length === 0) throw new SubjectNotFound(subject);
  }
}
