import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { FlowHistoryResponse } from './dto/flow-history.response.js';
import { FlowRunResponse } from './dto/flow-run.response.js';
import { ListFlowHistoryQuery } from './dto/list-flow-history.query.js';
import { FlowHistoryService } from './flow-history.service.js';

/** Which events went through which flows, for people to read. */
@ApiTags('flows')
@Controller('api/v1/flows')
export class FlowHistoryController {
  constructor(private readonly history: FlowHistoryService) {}

  @Get(['history', 'all-history'])
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the runs of all flows, newest first' })
  @ApiCursorPage(FlowHistoryResponse)
  async listAll(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListFlowHistoryQuery,
  ): Promise<CursorPage<FlowHistoryResponse>> {
    return this.history.listAll(tenant, query);
  }

  @Get(':flow_id/history')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the runs of a flow, newest first' })
  @ApiCursorPage(FlowHistoryResponse)
  async listOf(
    @CurrentTenant() tenant: Tenant,
    @Param('flow_id', IdPipe) flowId: string,
    @Query() query: ListFlowHistoryQuery,
  ): Promise<CursorPage<FlowHistoryResponse>> {
    return this.history.listOf(tenant, flowId, query);
  }

  @Get(':flow_id/history/:run_id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a run with the path it took and every step’s input, output and time' })
  @ApiOkResponse({ type: FlowRunResponse })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('flow_id', IdPipe) flowId: string,
    @Param('run_id', IdPipe) runId: string,
  ): Promise<FlowRunResponse> {
    return this.history.get(tenant, flowId, runId);
  }
}
