import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Put,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { totalHeaders } from '../../core/http/paging/page-headers.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { iotSupportSays } from '../../core/http/problems/iot-support-says.rules.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type Principal } from '../auth/principal.decorator.js';
import { authorOf } from './author.rules.js';
import { ConfigEdits } from './config-edits.js';
import { ApiMac } from './api-mac.decorator.js';
import { ConfigsService } from './configs.service.js';
import { ConfigDetail, ConfigsResponse } from './dto/config.response.js';
import { ListConfigsQuery } from './dto/list-configs.query.js';
import { SaveConfigRequest } from './dto/save-config.request.js';
import { MacPipe } from './mac.pipe.js';

/** Configs of devices by their MACs, as document 003's clients know them. */
@ApiTags('configs')
@Controller('api/configs')
@UseInterceptors(EntityTags)
export class ConfigsController {
  constructor(
    private readonly configs: ConfigsService,
    private readonly edits: ConfigEdits,
  ) {}

  @Get()
  @AdmitsReaders()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'listConfigs', summary: 'List configs' })
  @ApiOkResponse({ type: ConfigsResponse })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListConfigsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigsResponse> {
    const { rows, total } = await this.configs.list(tenant, query);
    reply.headers(totalHeaders(total));
    return new ConfigsResponse(rows, total);
  }

  @Get(':mac')
  @AdmitsReaders()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'getConfig', summary: 'Get the config of a MAC' })
  @ApiMac()
  @ApiOkResponse({ type: ConfigDetail })
  async get(@CurrentTenant() tenant: Tenant, @Param('mac', MacPipe) mac: string): Promise<ConfigDetail> {
    return new ConfigDetail(await this.configs.get(tenant, mac));
  }

  @Put(':mac')
  @AdmitsEditors()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({
    operationId: 'saveConfig',
    summary: 'Make or replace the config of a MAC',
    description: 'Each change is a revision; equal content is none. A profile’s schema may refuse it with 400.',
  })
  @ApiMac()
  @ApiOkResponse({ type: ConfigDetail, description: 'There was one.' })
  @ApiCreatedResponse({ type: ConfigDetail, description: 'There was none.' })
  @ApiProblems(409)
  @ApiIfMatch()
  async save(
    @CurrentPrincipal() principal: Principal,
    @Param('mac', MacPipe) mac: string,
    @Body() request: SaveConfigRequest,
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigDetail> {
    const editing = { author: authorOf(principal), ifMatch };
    const { after, outcome } = await this.edits.put(principal.tenant, mac, request, editing);
    reply.status(outcome === 'created' ? HttpStatus.CREATED : HttpStatus.OK);
    return new ConfigDetail(after);
  }

  @Delete(':mac')
  @HttpCode(204)
  @AdmitsEditors()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'deleteConfig', summary: 'Delete the config of a MAC; its revisions stay' })
  @ApiMac()
  @ApiNoContentResponse()
  @ApiIfMatch()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('mac', MacPipe) mac: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.configs.remove(principal.tenant, mac, { author: authorOf(principal), ifMatch });
  }
}
