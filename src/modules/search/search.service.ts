import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { searchLists, searchTypes, type SearchList } from './search-type.js';
import { searchTermsOf } from './search-terms.rules.js';
import { SearchRepository, type SearchHit } from './search.repository.js';

/** Finds whatever a tenant has by parts of what it is called. */
@Injectable()
export class SearchService {
  constructor(private readonly repository: SearchRepository) {}

  /** A list for each of what is asked for, and no others. */
  async search(
    tenant: Tenant,
    query: string,
    lists: readonly SearchList[] = searchLists,
    limit: number,
  ): Promise<Map<SearchList, SearchHit[]>> {
    const types = lists.map((list) => searchTypes[list]);
    const hits = await this.repository.find(tenant, searchTermsOf(query), types, limit);
    return new Map(lists.map((list) => [list, hits.filter((hit) => hit.type === searchTypes[list])]));
  }
}
