import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { adminCalls } from './admin-calls.js';
import { ApiPageData } from './dto/api-page-data.decorator.js';
import { ThingsBoardAssetResponse } from './dto/asset.response.js';
import { PageLinkQuery } from './dto/page-link.query.js';
import { ThingsBoardProfileResponse } from './dto/profile.response.js';
import { entityIn } from './given-entity.rules.js';
import { ownPageOf, pageDataOf, type PageData } from './page-data.rules.js';
import { ThingsBoardAssetsService } from './thingsboard-assets.service.js';

/** Places and their profiles, as ThingsBoard's scripts look for them and make them. Only with THINGSBOARD_API. */
@ApiTags('thingsboard')
@Controller('api')
export class ThingsBoardAssetsController {
  constructor(private readonly assets: ThingsBoardAssetsService) {}

  @Get('assetProfiles')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'listThingsBoardAssetProfiles', summary: 'List profiles of places' })
  @ApiPageData(ThingsBoardProfileResponse)
  @ApiProblems(404)
  async listProfiles(
    @CurrentTenant() tenant: Tenant,
    @Query() query: PageLinkQuery,
  ): Promise<PageData<ThingsBoardProfileResponse>> {
    const found = await this.assets.listProfiles(tenant, ownPageOf(query));
    return pageDataOf(found, query, (row) => new ThingsBoardProfileResponse('ASSET_PROFILE', tenant, row));
  }

  @Get('tenant/assets')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'listThingsBoardAssets', summary: 'List places, wherever they stand' })
  @ApiPageData(ThingsBoardAssetResponse)
  @ApiProblems(404)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: PageLinkQuery,
  ): Promise<PageData<ThingsBoardAssetResponse>> {
    return pageDataOf(
      await this.assets.list(tenant, ownPageOf(query)),
      query,
      (row) => new ThingsBoardAssetResponse(tenant, row),
    );
  }

  @Post('asset')
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'createThingsBoardAsset', summary: 'Make a place at the top' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 200, example: 'Delhi' },
        type: { type: 'string', description: 'The name of its profile, where no id names that.', example: 'State' },
        assetProfileId: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
      },
    },
  })
  @ApiOkResponse({ type: ThingsBoardAssetResponse })
  @ApiProblems(404, 409)
  async create(@CurrentTenant() tenant: Tenant, @Body() body: unknown): Promise<ThingsBoardAssetResponse> {
    return new ThingsBoardAssetResponse(tenant, await this.assets.create(tenant, entityIn(body, 'assetProfileId')));
  }
}
