import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { FunctionHistoryResponse } from './dto/function-history.response.js';
import { ListFunctionHistoryQuery } from './dto/list-function-history.query.js';
import { FunctionHistoryService } from './function-history.service.js';

/** What functions did, for people to read. */
@ApiTags('functions')
@Controller('api/v1/functions')
export class FunctionHistoryController {
  constructor(private readonly history: FunctionHistoryService) {}

  @Get(['history', 'all-history'])
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the executions of all functions, newest first' })
  @ApiCursorPage(FunctionHistoryResponse)
  async listAll(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListFunctionHistoryQuery,
  ): Promise<CursorPage<FunctionHistoryResponse>> {
    return this.history.listAll(tenant, query);
  }

  @Get(':function_id/history')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the executions of a function, newest first' })
  @ApiCursorPage(FunctionHistoryResponse)
  async listOf(
    @CurrentTenant() tenant: Tenant,
    @Param('function_id', IdPipe) functionId: string,
    @Query() query: ListFunctionHistoryQuery,
  ): Promise<CursorPage<FunctionHistoryResponse>> {
    return this.history.listOf(tenant, functionId, query);
  }
}
