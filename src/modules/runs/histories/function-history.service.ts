import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { cursorPageOf } from '../../../core/http/paging/history-range.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FunctionHistoryResponse } from './dto/function-history.response.js';
import type { ListFunctionHistoryQuery } from './dto/list-function-history.query.js';
import { FunctionHistoryRepository } from './function-history.repository.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { RunInputsService } from './run-inputs.service.js';

/** Shows people what their functions did with each message. */
@Injectable()
export class FunctionHistoryService {
  constructor(
    private readonly history: FunctionHistoryRepository,
    private readonly subjects: HistorySubjectsRepository,
    private readonly inputs: RunInputsService,
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

  private async page(tenant: Tenant, functionId: string | null, query: ListFunctionHistoryQuery) {
    const rows = await this.history.list(tenant, functionId, query);
    const total = query.count ? await this.history.count(tenant, functionId, query) : undefined;
    const inputs = await this.inputs.load(tenant, rows);
    return cursorPageOf(
      rows,
      query.limit,
      ({ run_id, seq }) => ({ id: run_id, seq }),
      (row) => new FunctionHistoryResponse(row, inputs.of(row)),
      total,
    );
  }
}
