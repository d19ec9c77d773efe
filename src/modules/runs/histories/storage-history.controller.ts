import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { StorageHistoryResponse } from './dto/delivery-history.response.js';
import { ListDeliveryHistoryQuery } from './dto/list-delivery-history.query.js';
import { DeliveryHistoryService } from './delivery-history.service.js';

const type = 'storage';

/** What was delivered to storages, what waits and what failed, for people to read. */
@ApiTags('storages')
@Controller(['api/v1/storages', 'api/v1/storage'])
export class StorageHistoryController {
  constructor(private readonly history: DeliveryHistoryService) {}

  @Get(['history', 'all-history'])
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the deliveries of all storages, newest first' })
  @ApiCursorPage(StorageHistoryResponse)
  async listAll(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeliveryHistoryQuery,
  ): Promise<CursorPage<StorageHistoryResponse>> {
    return this.history.list(tenant, { type }, query, StorageHistoryResponse);
  }

  @Get(':storage_id/history')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the deliveries of a storage, newest first' })
  @ApiCursorPage(StorageHistoryResponse)
  async listOf(
    @CurrentTenant() tenant: Tenant,
    @Param('storage_id', IdPipe) id: string,
    @Query() query: ListDeliveryHistoryQuery,
  ): Promise<CursorPage<StorageHistoryResponse>> {
    return this.history.listOf(tenant, { type, id }, query, StorageHistoryResponse);
  }

  @Get(':storage_id/history/:history_id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a delivery with its attempts' })
  @ApiOkResponse({ type: StorageHistoryResponse })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('storage_id', IdPipe) id: string,
    @Param('history_id', IdPipe) deliveryId: string,
  ): Promise<StorageHistoryResponse> {
    return this.history.get(tenant, { type, id }, deliveryId, StorageHistoryResponse);
  }
}
