import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsAdmins, AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { adminCalls } from './admin-calls.js';
import { ApiPageData } from './dto/api-page-data.decorator.js';
import { CredentialsResponse } from './dto/credentials.response.js';
import { ThingsBoardDeviceResponse } from './dto/device.response.js';
import { PageLinkQuery } from './dto/page-link.query.js';
import { ThingsBoardProfileResponse } from './dto/profile.response.js';
import { entityIn } from './given-entity.rules.js';
import { ownPageOf, pageDataOf, type PageData } from './page-data.rules.js';
import { ThingsBoardDevicesService } from './thingsboard-devices.service.js';

/** Devices, their profiles and their credentials for ThingsBoard's scripts. Only with THINGSBOARD_API. */
@ApiTags('thingsboard')
@Controller('api')
export class ThingsBoardDeviceAdminController {
  constructor(private readonly devices: ThingsBoardDevicesService) {}

  @Get('deviceProfiles')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'listThingsBoardDeviceProfiles', summary: 'List profiles of devices' })
  @ApiPageData(ThingsBoardProfileResponse)
  @ApiProblems(404)
  async listProfiles(
    @CurrentTenant() tenant: Tenant,
    @Query() query: PageLinkQuery,
  ): Promise<PageData<ThingsBoardProfileResponse>> {
    const found = await this.devices.listProfiles(tenant, ownPageOf(query));
    return pageDataOf(found, query, (row) => new ThingsBoardProfileResponse('DEVICE_PROFILE', tenant, row));
  }

  @Get('tenant/devices')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'listThingsBoardDevices', summary: 'List devices' })
  @ApiPageData(ThingsBoardDeviceResponse)
  @ApiProblems(404)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: PageLinkQuery,
  ): Promise<PageData<ThingsBoardDeviceResponse>> {
    const found = await this.devices.list(tenant, ownPageOf(query));
    return pageDataOf(found, query, (row) => new ThingsBoardDeviceResponse(tenant, row));
  }

  @Post('device')
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'createThingsBoardDevice', summary: 'Make a device with an access token' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 200, example: 'papaya-gateway-01' },
        type: { type: 'string', description: 'The name of its profile, where no id names that.', example: 'default' },
        deviceProfileId: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
      },
    },
  })
  @ApiOkResponse({ type: ThingsBoardDeviceResponse })
  @ApiProblems(404, 409)
  async create(@CurrentTenant() tenant: Tenant, @Body() body: unknown): Promise<ThingsBoardDeviceResponse> {
    return new ThingsBoardDeviceResponse(tenant, await this.devices.create(tenant, entityIn(body, 'deviceProfileId')));
  }

  @Get('device/:id/credentials')
  @Header('Cache-Control', 'no-store')
  @AdmitsAdmins()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'getThingsBoardCredentials', summary: 'Read the access token of a device; recorded' })
  @ApiOkResponse({ type: CredentialsResponse })
  async showCredentials(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
  ): Promise<CredentialsResponse> {
    return new CredentialsResponse(await this.devices.showCredentials(tenant, id));
  }
}
