import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { FlowHistoryResponse } from './dto/flow-history.response.js';
import { ListFlowHistoryQuery } from './dto/list-flow-history.query.js';
import { LabelHistoryService } from './label-history.service.js';

/** What became of messages whose device wore a label. */
@ApiTags('labels')
@Controller('api/v1/labels')
export class LabelHistoryController {
  constructor(private readonly history: LabelHistoryService) {}

  @Get(':label_id/history')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the runs that a label triggered, newest first' })
  @ApiCursorPage(FlowHistoryResponse)
  async listOf(
    @CurrentTenant() tenant: Tenant,
    @Param('label_id', IdPipe) labelId: string,
    @Query() query: ListFlowHistoryQuery,
  ): Promise<CursorPage<FlowHistoryResponse>> {
    return this.history.listOf(tenant, labelId, query);
  }
}
