import { Body, Controller, Get, Param, Patch, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIfMatch, EntityTags, IfMatch } from '../../../core/http/entity-tag.js';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { ListTwinHistoryQuery } from './dto/list-twin-history.query.js';
import { PatchTwinRequest } from './dto/patch-twin.request.js';
import { TwinChangeResponse } from './dto/twin-change.response.js';
import { TwinResponse } from './dto/twin.response.js';
import { TwinHistoryService } from './twin-history.service.js';
import { TwinsService } from './twins.service.js';

/** Devices' twins, for people. */
@ApiTags('twins')
@Controller('api/v1/devices/:id/twin')
@UseInterceptors(EntityTags)
export class TwinsController {
  constructor(
    private readonly twins: TwinsService,
    private readonly history: TwinHistoryService,
  ) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({
    operationId: 'getTwin',
    summary: 'Get what a device is to be, what it says it is, and the difference; the ETag is the target’s',
  })
  @ApiOkResponse({ type: TwinResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<TwinResponse> {
    return new TwinResponse(await this.twins.get(tenant, id));
  }

  @Patch()
  @AdmitsEditors()
  @ApiOperation({ operationId: 'patchTwin', summary: 'Change a device’s target by a JSON merge patch' })
  @ApiIfMatch()
  @ApiOkResponse({ type: TwinResponse })
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: PatchTwinRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<TwinResponse> {
    return new TwinResponse(await this.twins.patch(tenant, id, request, ifMatch));
  }

  @Get('history')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'listTwinHistory', summary: 'List the changes of both sides of a twin, newest first' })
  @ApiCursorPage(TwinChangeResponse)
  async listHistory(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: ListTwinHistoryQuery,
  ): Promise<CursorPage<TwinChangeResponse>> {
    return this.history.listOf(tenant, id, query);
  }
}
