import { Injectable } from '@nestjs/common';
import { HotPool } from '../../core/database/hot-pool.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { SearchTerms } from './search-terms.rules.js';
import type { SearchType } from './search-type.js';
import { searchStatement } from './search.statement.js';

/** One row that was found. */
export interface SearchHit {
  type: SearchType;
  id: string;
  name: string;
  details: Record<string, string | null>;
}

/** Asks all tables at once. */
@Injectable()
export class SearchRepository {
  constructor(private readonly pool: HotPool) {}

  /** Best first within each type. */
  async find(tenant: Tenant, terms: SearchTerms, types: readonly SearchType[], limit: number): Promise<SearchHit[]> {
    const { sql, values } = searchStatement(tenant.id, terms, types, limit);
    return this.pool.query<SearchHit>(sql, values);
  }
}
