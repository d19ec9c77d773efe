import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import { RecentFirst } from '../../../core/http/paging/recent-first.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FunctionHistoryResponse } from './dto/function-history.response.js';
import type { ListFunctionHistoryQuery } from './dto/list-function-history.query.js';
import { FunctionHistoryRepository, type FunctionHistoryRow } from './function-history.repository.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { RunInputsService } from './run-inputs.service.js';

/** Shows people what their functions did with each message. */
@Injectable()
export class FunctionHistoryService {
  constructor(
    private readonly history: FunctionHistoryRepository,
    private readonly subjects: HistorySubjectsRepository,
    private readonly inputs: RunInputsService,
    private readonly recent: RecentFirst,
  ) {}

  async listAll(tenant: Tenant, query: ListFunctionHistoryQuery): Promise<CursorPage<FunctionHistoryResponse>> {
    return this.page(tenant, null, query);
  }

  async listOf(
    tenant: Tenant,
    functionId: string,
    query: ListFunctionHistoryQuery,
  ): Promise<CursorPage<FunctionHistoryResponse>> {
    await this.subjects.assertKnown(tenant, 'function', functionId);
    return this.page(tenant, functionId, query);
  }

  private page(tenant: Tenant, functionId: string | null, query: ListFunctionHistoryQuery) {
    return readHistory(query, {
      read: (slice) => this.recent.read(slice, (part) => this.history.list(tenant, functionId, query, part)),
      keyOf: ({ run_id, seq }) => ({ id: run_id, seq }),
      show: (rows) => this.show(tenant, rows),
      count: () => this.history.count(tenant, functionId, query),
    });
  }

  private async show(tenant: Tenant, rows: readonly FunctionHistoryRow[]): Promise<FunctionHistoryResponse[]> {
    const inputs = await this.inputs.load(tenant, rows);
    return rows.map((row) => new FunctionHistoryResponse(row, inputs.of(row)));
  }
}
