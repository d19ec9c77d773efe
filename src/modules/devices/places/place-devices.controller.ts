import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeviceResponse } from '../dto/device.response.js';
import { ContainsResponse } from './dto/contains.response.js';
import { ListContentsQuery } from './dto/list-contents.query.js';
import { ListPlaceDevicesQuery } from './dto/list-place-devices.query.js';
import { PlaceDevicesService } from './place-devices.service.js';

/** What stands in a place. */
@ApiTags('places')
@Controller('api/v1/places')
export class PlaceDevicesController {
  constructor(private readonly placeDevices: PlaceDevicesService) {}

  @Get(':id/devices')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'listDevicesOfPlace', summary: 'List the devices of a place, or of all below it too' })
  @ApiPage(DeviceResponse)
  async devices(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: ListPlaceDevicesQuery,
  ): Promise<Page<DeviceResponse>> {
    const { rows, total } = await this.placeDevices.list(tenant, id, query);
    return new Page(
      rows.map((device) => new DeviceResponse(device)),
      total,
    );
  }

  @Get(':id/contains')
  @AdmitsReaders()
  @ApiOperation({
    operationId: 'listContentsOfPlace',
    summary: 'List what a place contains directly: the places below it, then the devices in it',
  })
  @ApiPage(ContainsResponse)
  async contents(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: ListContentsQuery,
  ): Promise<Page<ContainsResponse>> {
    const { rows, total } = await this.placeDevices.listContents(tenant, id, query);
    return new Page(
      rows.map((content) => new ContainsResponse(id, content)),
      total,
    );
  }
}
