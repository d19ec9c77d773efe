import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeliveryResponse } from '../histories/dto/delivery-history.response.js';
import { DeliveriesService } from './deliveries.service.js';
import { ListDeliveriesQuery } from './dto/list-deliveries.query.js';

/** Deliveries by themselves, whatever they go to. */
@ApiTags('deliveries')
@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List deliveries, newest first' })
  @ApiCursorPage(DeliveryResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeliveriesQuery,
  ): Promise<CursorPage<DeliveryResponse>> {
    return this.deliveries.list(tenant, query);
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a delivery with its attempts' })
  @ApiOkResponse({ type: DeliveryResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeliveryResponse> {
    return this.deliveries.get(tenant, id);
  }

  @Post(':id/replay')
  @HttpCode(202)
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Deliver again what has ended: the same message under the same id, by its schedule from the start',
  })
  @ApiAcceptedResponse({ type: DeliveryResponse })
  @ApiProblems(409)
  async replay(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeliveryResponse> {
    return this.deliveries.replay(tenant, id);
  }
}
