import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeletionQuery } from '../../core/http/deletion.query.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { IntegrationTrials } from './channels/integration-trials.js';
import { CreateIntegrationRequest } from './dto/create-integration.request.js';
import { IntegrationDetailResponse } from './dto/integration-detail.response.js';
import { IntegrationResponse } from './dto/integration.response.js';
import { ListIntegrationsQuery } from './dto/list-integrations.query.js';
import { TestIntegrationRequest } from './dto/test-integration.request.js';
import { TestIntegrationResponse } from './dto/test-integration.response.js';
import { UpdateIntegrationRequest } from './dto/update-integration.request.js';
import { IntegrationDetailsService } from './integration-details.service.js';
import { IntegrationsService } from './integrations.service.js';

/** Outward connections; what became of their deliveries is the runs' part. */
@ApiTags('integrations')
@Controller('api/v1/integrations')
@UseInterceptors(EntityTags)
export class IntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly details: IntegrationDetailsService,
    private readonly trials: IntegrationTrials,
  ) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List integrations' })
  @ApiPage(IntegrationResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListIntegrationsQuery,
  ): Promise<Page<IntegrationResponse>> {
    const { rows, total } = await this.integrations.list(tenant, query);
    return new Page(
      rows.map((row) => new IntegrationResponse(row)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make an integration' })
  @ApiCreatedResponse({ type: IntegrationDetailResponse })
  @ApiProblems(409)
  async create(
    @CurrentTenant() tenant: Tenant,
    @Body() request: CreateIntegrationRequest,
  ): Promise<IntegrationDetailResponse> {
    return this.details.show(tenant, await this.integrations.create(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get an integration, secrets masked' })
  @ApiOkResponse({ type: IntegrationDetailResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<IntegrationDetailResponse> {
    return this.details.show(tenant, await this.integrations.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Change an integration; absent fields stay, a config replaces the stored one, masks keep secrets',
  })
  @ApiOkResponse({ type: IntegrationDetailResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateIntegrationRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<IntegrationDetailResponse> {
    return this.details.show(tenant, await this.integrations.update(tenant, id, request, 'replaces', ifMatch));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change an integration by a JSON merge patch, which reaches into its config' })
  @ApiOkResponse({ type: IntegrationDetailResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateIntegrationRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<IntegrationDetailResponse> {
    return this.details.show(tenant, await this.integrations.update(tenant, id, request, 'merges', ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Delete an integration; 409 while a flow uses it, unless by force. What still waits for it fails.',
  })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() deletion: DeletionQuery,
  ): Promise<void> {
    await this.integrations.remove(tenant, id, deletion);
  }

  @Post(':id/test')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Send one real message, once, and see what came back; nothing is stored' })
  @ApiOkResponse({ type: TestIntegrationResponse })
  async test(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: TestIntegrationRequest,
  ): Promise<TestIntegrationResponse> {
    return this.trials.run(tenant, id, request.message);
  }
}
