import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiCursorPage, ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { HistoryQuery } from '../../../core/http/paging/history.query.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeviceResponse } from '../dto/device.response.js';
import { AdoptionService } from './adoption.service.js';
import { DevEuiPipe } from './dev-eui.pipe.js';
import { AdoptDeviceRequest } from './dto/adopt-device.request.js';
import { ListUnknownDevicesQuery } from './dto/list-unknown-devices.query.js';
import { ParkedMessageResponse } from './dto/parked-message.response.js';
import { UnknownDeviceResponse } from './dto/unknown-device.response.js';
import { UnknownDevicesService } from './unknown-devices.service.js';

const ApiDevEui = () =>
  ApiParam({ name: 'dev_eui', type: String, example: '24E124136D151234', description: '`-`: messages without one.' });

/** Messages of devices that nobody has made yet. */
@ApiTags('devices')
@Controller('api/v1/devices/unknown')
export class UnknownDevicesController {
  constructor(
    private readonly unknown: UnknownDevicesService,
    private readonly adoption: AdoptionService,
  ) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ operationId: 'listUnknownDevices', summary: 'List DevEUIs that messages are parked under' })
  @ApiPage(UnknownDeviceResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListUnknownDevicesQuery,
  ): Promise<Page<UnknownDeviceResponse>> {
    const { rows, total } = await this.unknown.list(tenant, query);
    return new Page(
      rows.map((device) => new UnknownDeviceResponse(device)),
      total,
    );
  }

  @Get(':dev_eui')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'listParkedMessages', summary: 'List the messages parked under a DevEUI, newest first' })
  @ApiDevEui()
  @ApiCursorPage(ParkedMessageResponse)
  async messages(
    @CurrentTenant() tenant: Tenant,
    @Param('dev_eui', DevEuiPipe) devEui: string,
    @Query() query: HistoryQuery,
  ): Promise<CursorPage<ParkedMessageResponse>> {
    return this.unknown.messagesOf(tenant, devEui, query);
  }

  @Post(':dev_eui/adopt')
  @AdmitsEditors()
  @ApiOperation({
    operationId: 'adoptDevice',
    summary: 'Make the device and run what was parked for it',
    description:
      'The messages keep their ids and their order. A device that was made otherwise meanwhile takes them over when the body says nothing.',
  })
  @ApiDevEui()
  @ApiCreatedResponse({ type: DeviceResponse })
  @ApiProblems(409, 422)
  async adopt(
    @CurrentTenant() tenant: Tenant,
    @Param('dev_eui', DevEuiPipe) devEui: string,
    @Body() request: AdoptDeviceRequest,
  ): Promise<DeviceResponse> {
    return new DeviceResponse(await this.adoption.adopt(tenant, devEui, request));
  }

  @Delete(':dev_eui')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ operationId: 'discardParkedMessages', summary: 'Throw away what is parked under a DevEUI' })
  @ApiDevEui()
  @ApiNoContentResponse()
  async discard(@CurrentTenant() tenant: Tenant, @Param('dev_eui', DevEuiPipe) devEui: string): Promise<void> {
    await this.unknown.discard(tenant, devEui);
  }
}
