import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeletionQuery } from '../../core/http/deletion.query.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { DevicesService } from './devices.service.js';
import { DeviceResponse } from './dto/device.response.js';
import { ListDevicesQuery } from './dto/list-devices.query.js';
import { RegisterDeviceRequest } from './dto/register-device.request.js';
import { PatchDeviceRequest, UpdateDeviceRequest } from './dto/update-device.request.js';

/** The registry of devices. */
@ApiTags('devices')
@Controller('api/v1/devices')
export class DevicesController {
  constructor(private readonly devices: DevicesService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List devices' })
  @ApiPage(DeviceResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListDevicesQuery): Promise<Page<DeviceResponse>> {
    const { rows, total } = await this.devices.list(tenant, query);
    return new Page(
      rows.map((device) => new DeviceResponse(device)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Register a device' })
  @ApiCreatedResponse({ type: DeviceResponse })
  @ApiProblems(409)
  async register(@CurrentTenant() tenant: Tenant, @Body() request: RegisterDeviceRequest): Promise<DeviceResponse> {
    return new DeviceResponse(await this.devices.register(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a device' })
  @ApiOkResponse({ type: DeviceResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeviceResponse> {
    return new DeviceResponse(await this.devices.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a device; absent fields stay, null clears' })
  @ApiOkResponse({ type: DeviceResponse })
  @ApiProblems(409)
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateDeviceRequest,
  ): Promise<DeviceResponse> {
    return new DeviceResponse(await this.devices.update(tenant, id, request, 'replace'));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a device by a JSON merge patch' })
  @ApiOkResponse({ type: DeviceResponse })
  @ApiProblems(409)
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: PatchDeviceRequest,
  ): Promise<DeviceResponse> {
    return new DeviceResponse(await this.devices.update(tenant, id, request, 'merge'));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Retire a device; its histories stay. 409 while a flow uses it, unless by force' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async retire(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() deletion: DeletionQuery,
  ): Promise<void> {
    await this.devices.retire(tenant, id, deletion);
  }
}
