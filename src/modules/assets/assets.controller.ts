import { Controller, Delete, Get, Header, HttpCode, Param, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForceQuery } from '../../core/http/force.query.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import { PageQuery } from '../../core/http/paging/page.query.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { iotSupportSays } from '../../core/http/problems/iot-support-says.rules.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Admits, AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { AssetFilenamePipe } from './asset-filename.pipe.js';
import { assetReaders } from './asset-readers.js';
import { AssetsService } from './assets.service.js';
import { AssetManifestResponse } from './dto/asset-manifest.response.js';
import { AssetResponse, AssetVersionResponse } from './dto/asset.response.js';
import { ListAssetsQuery } from './dto/list-assets.query.js';
import { AssetManifests } from './manifests/asset-manifests.service.js';

/** What is known of assets; the files themselves have a controller of their own. */
@ApiTags('assets')
@Controller('api/assets')
export class AssetsController {
  constructor(
    private readonly assets: AssetsService,
    private readonly manifests: AssetManifests,
  ) {}

  @Get()
  @RouteConfig({ alsoSays: iotSupportSays })
  @AdmitsReaders()
  @ApiOperation({ operationId: 'listAssets', summary: 'List assets by their newest versions, the newest upload first' })
  @ApiPage(AssetResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListAssetsQuery): Promise<Page<AssetResponse>> {
    const { rows, total } = await this.assets.list(tenant, query);
    return new Page(
      rows.map((asset) => new AssetResponse(asset)),
      total,
    );
  }

  @Get(':filename/versions')
  @RouteConfig({ alsoSays: iotSupportSays })
  @AdmitsReaders()
  @ApiOperation({
    operationId: 'listAssetVersions',
    summary: 'List the versions of an asset that are kept, newest first',
  })
  @ApiPage(AssetVersionResponse)
  async versions(
    @CurrentTenant() tenant: Tenant,
    @Param('filename', AssetFilenamePipe) filename: string,
    @Query() query: PageQuery,
  ): Promise<Page<AssetVersionResponse>> {
    const { rows, total } = await this.assets.listVersions(tenant, filename, query);
    return new Page(
      rows.map((version) => new AssetVersionResponse(version)),
      total,
    );
  }

  @Get(':filename/manifest')
  @RouteConfig({ alsoSays: iotSupportSays })
  @Admits(assetReaders)
  @Header('cache-control', 'no-cache')
  @ApiOperation({
    operationId: 'getAssetManifest',
    summary: 'Get what a device verifies the newest version of an asset by',
    description: '`signature` is a detached one of the bytes of `signed`; `openssl dgst -sha256 -verify` takes it.',
  })
  @ApiOkResponse({ type: AssetManifestResponse })
  async manifest(
    @CurrentTenant() tenant: Tenant,
    @Param('filename', AssetFilenamePipe) filename: string,
  ): Promise<AssetManifestResponse> {
    const version = await this.assets.getCurrent(tenant, filename);
    return new AssetManifestResponse(version, await this.manifests.sign(version));
  }

  @Delete(':filename')
  @RouteConfig({ alsoSays: iotSupportSays })
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({
    operationId: 'deleteAsset',
    summary: 'Delete an asset with all its versions; 409 while a profile offers it, unless by force',
  })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('filename', AssetFilenamePipe) filename: string,
    @Query() { force }: ForceQuery,
  ): Promise<void> {
    await this.assets.remove(tenant, filename, force);
  }
}
