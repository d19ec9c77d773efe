import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsAdmins } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { AssetKeysService } from './asset-keys.service.js';
import { AssetKeyResponse, NewAssetKeyResponse } from './dto/asset-key.response.js';
import { CreateAssetKeyRequest, UpdateAssetKeyRequest } from './dto/create-asset-key.request.js';
import { ListAssetKeysQuery } from './dto/list-asset-keys.query.js';

/** The keys that uploads of assets are signed with. The default tenant also has the one in SIGNING_KEY_PATH. */
@ApiTags('assets')
@Controller('api/v1/asset-keys')
@AdmitsAdmins()
export class AssetKeysController {
  constructor(private readonly keys: AssetKeysService) {}

  @Get()
  @ApiOperation({ operationId: 'listAssetKeys', summary: 'List the keys of assets, newest first' })
  @ApiPage(AssetKeyResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListAssetKeysQuery): Promise<Page<AssetKeyResponse>> {
    const { rows, total } = await this.keys.list(tenant, query);
    return new Page(
      rows.map((key) => new AssetKeyResponse(key)),
      total,
    );
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'createAssetKey',
    summary: 'Add a key of assets, or make one; what was made here is shown only in this answer',
  })
  @ApiCreatedResponse({ type: NewAssetKeyResponse })
  @ApiProblems(409)
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreateAssetKeyRequest): Promise<NewAssetKeyResponse> {
    const { key, madePem } = await this.keys.create(tenant, request);
    return new NewAssetKeyResponse(key, madePem);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getAssetKey', summary: 'Get a key of assets' })
  @ApiOkResponse({ type: AssetKeyResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<AssetKeyResponse> {
    return new AssetKeyResponse(await this.keys.get(tenant, id));
  }

  @Put(':id')
  @ApiOperation({
    operationId: 'updateAssetKey',
    summary: 'Rename a key of assets or switch it off; absent fields stay',
  })
  @ApiOkResponse({ type: AssetKeyResponse })
  @ApiProblems(409)
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateAssetKeyRequest,
  ): Promise<AssetKeyResponse> {
    return new AssetKeyResponse(await this.keys.update(tenant, id, request));
  }

  @Patch(':id')
  @ApiOperation({ operationId: 'patchAssetKey', summary: 'Change a key of assets by a JSON merge patch' })
  @ApiOkResponse({ type: AssetKeyResponse })
  @ApiProblems(409)
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateAssetKeyRequest,
  ): Promise<AssetKeyResponse> {
    return new AssetKeyResponse(await this.keys.update(tenant, id, request));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteAssetKey',
    summary: 'Remove a key of assets: nothing is accepted of it any more',
  })
  @ApiNoContentResponse()
  async remove(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<void> {
    await this.keys.remove(tenant, id);
  }
}
