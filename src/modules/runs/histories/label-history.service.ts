import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FlowHistoryResponse } from './dto/flow-history.response.js';
import type { ListFlowHistoryQuery } from './dto/list-flow-history.query.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { LabelHistoryRepository } from './label-history.repository.js';

/** Shows people which runs a label triggered. */
@Injectable()
export class LabelHistoryService {
  constructor(
    private readonly history: LabelHistoryRepository,
    private readonly subjects: HistorySubjectsRepository,
  ) {}

  async listOf(tenant: Tenant, labelId: string, query: ListFlowHistoryQuery): Promise<CursorPage<FlowHistoryResponse>> {
    await this.subjects.assertKnown(tenant, 'label', labelId);
    return readHistory(query, {
      read: (slice) => this.history.list(tenant, labelId, query, slice),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new FlowHistoryResponse(row)),
      count: () => this.history.count(tenant, labelId, query),
    });
  }
}
