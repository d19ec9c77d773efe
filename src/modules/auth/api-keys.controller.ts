import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { definedOf } from '../../core/json/defined.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsAdmins } from './access.decorator.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyResponse, NewApiKeyResponse, readOnlyApiKeyFields } from './dto/api-key.response.js';
import { CreateApiKeyRequest, defaultLabelsOf } from './dto/create-api-key.request.js';
import { ListApiKeysQuery } from './dto/list-api-keys.query.js';
import { UpdateApiKeyRequest } from './dto/update-api-key.request.js';
import { CurrentTenant } from './principal.decorator.js';

/** The keys that machines come in with. */
@ApiTags('api-keys')
@Controller('api/v1/api-keys')
@AdmitsAdmins()
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Get()
  @ApiOperation({ summary: 'List API keys, newest first' })
  @ApiPage(ApiKeyResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListApiKeysQuery): Promise<Page<ApiKeyResponse>> {
    const { rows, total } = await this.apiKeys.list(tenant, query);
    return new Page(
      rows.map((apiKey) => new ApiKeyResponse(apiKey)),
      total,
    );
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Make an API key; the key itself is shown only in this answer' })
  @ApiCreatedResponse({ type: NewApiKeyResponse })
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreateApiKeyRequest): Promise<NewApiKeyResponse> {
    const { name, scopes, expires_at, auto_register: autoRegister = false } = request;
    const expiresAt = typeof expires_at === 'string' ? new Date(expires_at) : null;
    const profileId = request.profile_id?.toLowerCase() ?? null;
    const made = { name, scopes, expiresAt, autoRegister, profileId };
    const { apiKey, key } = await this.apiKeys.create(tenant, made, defaultLabelsOf(request));
    return new NewApiKeyResponse(apiKey, key);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an API key, without the key itself' })
  @ApiOkResponse({ type: ApiKeyResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<ApiKeyResponse> {
    return new ApiKeyResponse(await this.apiKeys.get(tenant, id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change an API key by a JSON merge patch; another scope is another key' })
  @ApiOkResponse({ type: ApiKeyResponse })
  async change(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateApiKeyRequest,
  ): Promise<ApiKeyResponse> {
    refuseReadOnly(request, await this.get(tenant, id), readOnlyApiKeyFields);
    const { name, expires_at, auto_register: autoRegister, profile_id } = request;
    const expiresAt = typeof expires_at === 'string' ? new Date(expires_at) : expires_at;
    const profileId = profile_id?.toLowerCase() ?? profile_id;
    const changes = definedOf({ name, expiresAt, autoRegister, profileId });
    return new ApiKeyResponse(await this.apiKeys.change(tenant, id, changes, defaultLabelsOf(request)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key' })
  @ApiNoContentResponse()
  async revoke(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<void> {
    await this.apiKeys.revoke(tenant, id);
  }
}
