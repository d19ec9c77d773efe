import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { ListReplaysQuery } from './dto/list-replays.query.js';
import { ReplayDeliveriesRequest } from './dto/replay-deliveries.request.js';
import { ReplayResponse } from './dto/replay.response.js';
import { ReplaysService } from './replays.service.js';

/** Deliveries to a destination, made again in the background. */
@ApiTags('deliveries')
@Controller('api/v1')
export class ReplaysController {
  constructor(private readonly replays: ReplaysService) {}

  @Post('integrations/:integration_id/replay')
  @HttpCode(202)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Deliver again what failed, or what was of a time; each delivery keeps its id' })
  @ApiAcceptedResponse({ type: ReplayResponse })
  async replayIntegration(
    @CurrentTenant() tenant: Tenant,
    @Param('integration_id', IdPipe) id: string,
    @Body() request: ReplayDeliveriesRequest,
  ): Promise<ReplayResponse> {
    return new ReplayResponse(await this.replays.replayMany(tenant, { type: 'integration', id }, request));
  }

  @Post(['storages/:storage_id/replay', 'storage/:storage_id/replay'])
  @HttpCode(202)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Write again what failed, or what was of a time; each delivery keeps its id' })
  @ApiAcceptedResponse({ type: ReplayResponse })
  async replayStorage(
    @CurrentTenant() tenant: Tenant,
    @Param('storage_id', IdPipe) id: string,
    @Body() request: ReplayDeliveriesRequest,
  ): Promise<ReplayResponse> {
    return new ReplayResponse(await this.replays.replayMany(tenant, { type: 'storage', id }, request));
  }

  @Get('replays')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List replays, newest first' })
  @ApiPage(ReplayResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListReplaysQuery): Promise<Page<ReplayResponse>> {
    const { rows, total } = await this.replays.list(tenant, query);
    return new Page(
      rows.map((row) => new ReplayResponse(row)),
      total,
    );
  }

  @Get('replays/:id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'See how far a replay is' })
  @ApiOkResponse({ type: ReplayResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<ReplayResponse> {
    return new ReplayResponse(await this.replays.get(tenant, id));
  }

  @Post('replays/:id/cancel')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make no more deliveries again; those that wait already go on' })
  @ApiOkResponse({ type: ReplayResponse })
  async cancel(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<ReplayResponse> {
    return new ReplayResponse(await this.replays.cancel(tenant, id));
  }
}
