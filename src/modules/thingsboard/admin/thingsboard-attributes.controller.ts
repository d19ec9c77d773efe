import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { adminCalls } from './admin-calls.js';
import { AttributeKeysQuery } from './dto/attribute-keys.query.js';
import { AttributeResponse } from './dto/attribute.response.js';
import { attributesIn } from './given-entity.rules.js';
import { ThingsBoardAttributesService } from './thingsboard-attributes.service.js';

const ApiAttributes = () =>
  ApiBody({
    schema: { type: 'object', additionalProperties: true, example: { latitude: 28.6139, longitude: 77.209 } },
  });

/** Server attributes of places and devices, as ThingsBoard's scripts read and set them. Only with THINGSBOARD_API. */
@ApiTags('thingsboard')
@Controller('api/plugins/telemetry')
export class ThingsBoardAttributesController {
  constructor(private readonly attributes: ThingsBoardAttributesService) {}

  @Post('ASSET/:id/attributes/SERVER_SCOPE')
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig(adminCalls)
  @ApiOperation({
    operationId: 'saveThingsBoardAssetAttributes',
    summary: 'Set attributes of a place; null takes one away',
  })
  @ApiAttributes()
  @ApiOkResponse({ description: 'They are set.' })
  async saveOfAsset(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<void> {
    await this.attributes.save(tenant, { type: 'ASSET', id }, attributesIn(body));
  }

  @Post('DEVICE/:id/attributes/SERVER_SCOPE')
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig(adminCalls)
  @ApiOperation({
    operationId: 'saveThingsBoardDeviceAttributes',
    summary: 'Set metadata of a device; null takes one away',
  })
  @ApiAttributes()
  @ApiOkResponse({ description: 'They are set.' })
  async saveOfDevice(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<void> {
    await this.attributes.save(tenant, { type: 'DEVICE', id }, attributesIn(body));
  }

  @Get('ASSET/:id/values/attributes/SERVER_SCOPE')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'listThingsBoardAssetAttributes', summary: 'List attributes of a place' })
  @ApiOkResponse({ type: [AttributeResponse] })
  async listOfAsset(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() { keys }: AttributeKeysQuery,
  ): Promise<AttributeResponse[]> {
    return this.attributes.list(tenant, { type: 'ASSET', id }, keys);
  }

  @Get('DEVICE/:id/values/attributes/SERVER_SCOPE')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'listThingsBoardDeviceAttributes', summary: 'List metadata of a device' })
  @ApiOkResponse({ type: [AttributeResponse] })
  async listOfDevice(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() { keys }: AttributeKeysQuery,
  ): Promise<AttributeResponse[]> {
    return this.attributes.list(tenant, { type: 'DEVICE', id }, keys);
  }
}
