import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../../auth/access.decorator.js';
import { CurrentTenant } from '../../../auth/principal.decorator.js';
import { DeviceHistoryResponse } from './device-history.response.js';
import { DeviceHistoryService } from './device-history.service.js';
import { ListDeviceHistoryQuery } from './list-device-history.query.js';

/** What devices said, for people to read. */
@ApiTags('devices')
@Controller('api/v1/devices')
export class DeviceHistoryController {
  constructor(private readonly history: DeviceHistoryService) {}

  @Get(['history', 'all-history'])
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the events of all devices, newest first' })
  @ApiCursorPage(DeviceHistoryResponse)
  async listAll(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeviceHistoryQuery,
  ): Promise<CursorPage<DeviceHistoryResponse>> {
    return this.history.listAll(tenant, query);
  }

  @Get(':device_id/history')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the events of a device, newest first' })
  @ApiCursorPage(DeviceHistoryResponse)
  async listOf(
    @CurrentTenant() tenant: Tenant,
    @Param('device_id', IdPipe) deviceId: string,
    @Query() query: ListDeviceHistoryQuery,
  ): Promise<CursorPage<DeviceHistoryResponse>> {
    return this.history.listOf(tenant, deviceId, query);
  }
}
