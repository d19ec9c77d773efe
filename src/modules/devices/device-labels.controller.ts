import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { DeviceLabelsService } from './device-labels.service.js';
import { DeviceResponse } from './dto/device.response.js';
import { ListDevicesQuery } from './dto/list-devices.query.js';
import { labelIdsOf, putLabelsSchema } from './dto/put-labels.request.js';
import { LabelWearersResponse, WornLabelResponse } from './dto/worn-label.response.js';

/** Who wears which label, from both sides. */
@ApiTags('devices', 'labels')
@Controller('api/v1')
export class DeviceLabelsController {
  constructor(private readonly deviceLabels: DeviceLabelsService) {}

  @Get('devices/:id/labels')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the labels that a device wears' })
  @ApiOkResponse({ type: [WornLabelResponse] })
  async labelsOf(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<WornLabelResponse[]> {
    return (await this.deviceLabels.labelsOf(tenant, id)).map((label) => new WornLabelResponse(label));
  }

  @Put('devices/:id/labels')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Say which labels a device wears, and no others' })
  @ApiBody({ schema: putLabelsSchema })
  @ApiOkResponse({ type: [WornLabelResponse] })
  async put(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<WornLabelResponse[]> {
    return (await this.deviceLabels.put(tenant, id, labelIdsOf(body))).map((label) => new WornLabelResponse(label));
  }

  @Get('labels/:id/devices')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the devices that wear a label' })
  @ApiPage(DeviceResponse)
  async devicesOf(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: ListDevicesQuery,
  ): Promise<Page<DeviceResponse>> {
    const { rows, total } = await this.deviceLabels.devicesOf(tenant, id, query);
    return new Page(
      rows.map((device) => new DeviceResponse(device)),
      total,
    );
  }

  @Post('labels/:id/devices/:device_id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Put a label on a device' })
  @ApiCreatedResponse({ type: LabelWearersResponse })
  async putOn(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) labelId: string,
    @Param('device_id', IdPipe) deviceId: string,
  ): Promise<LabelWearersResponse> {
    return new LabelWearersResponse(await this.deviceLabels.putOn(tenant, labelId, deviceId));
  }

  @Delete('labels/:id/devices/:device_id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Take a label off a device' })
  @ApiNoContentResponse()
  async takeOff(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) labelId: string,
    @Param('device_id', IdPipe) deviceId: string,
  ): Promise<void> {
    await this.deviceLabels.takeOff(tenant, labelId, deviceId);
  }
}
