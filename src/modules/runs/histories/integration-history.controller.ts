import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { IntegrationHistoryResponse } from './dto/delivery-history.response.js';
import { ListDeliveryHistoryQuery } from './dto/list-delivery-history.query.js';
import { DeliveryHistoryService } from './delivery-history.service.js';

const type = 'integration';

/** What was delivered to integrations, what waits and what failed, for people to read. */
@ApiTags('integrations')
@Controller('api/v1/integrations')
export class IntegrationHistoryController {
  constructor(private readonly history: DeliveryHistoryService) {}

  @Get(['history', 'all-history'])
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the deliveries of all integrations, newest first' })
  @ApiCursorPage(IntegrationHistoryResponse)
  async listAll(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeliveryHistoryQuery,
  ): Promise<CursorPage<IntegrationHistoryResponse>> {
    return this.history.list(tenant, { type }, query, IntegrationHistoryResponse);
  }

  @Get(':integration_id/history')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the deliveries of an integration, newest first' })
  @ApiCursorPage(IntegrationHistoryResponse)
  async listOf(
    @CurrentTenant() tenant: Tenant,
    @Param('integration_id', IdPipe) id: string,
    @Query() query: ListDeliveryHistoryQuery,
  ): Promise<CursorPage<IntegrationHistoryResponse>> {
    return this.history.listOf(tenant, { type, id }, query, IntegrationHistoryResponse);
  }

  @Get(':integration_id/history/:history_id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a delivery with its attempts' })
  @ApiOkResponse({ type: IntegrationHistoryResponse })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('integration_id', IdPipe) id: string,
    @Param('history_id', IdPipe) deliveryId: string,
  ): Promise<IntegrationHistoryResponse> {
    return this.history.get(tenant, { type, id }, deliveryId, IntegrationHistoryResponse);
  }
}
