import { Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { PageQuery } from '../../core/http/paging/page.query.js';
import { Page } from '../../core/http/paging/page.js';
import { VersionPipe } from '../../core/http/version.pipe.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type Principal } from '../auth/principal.decorator.js';
import { FlowVersionListItem, FlowVersionResponse } from './dto/flow-version.response.js';
import { FlowResponse } from './dto/flow.response.js';
import { authorOf } from './flow-edit.rules.js';
import { FlowVersionsService } from './flow-versions.service.js';

/** What a flow was at each save. */
@ApiTags('flows')
@Controller('api/v1/flows/:id/versions')
export class FlowVersionsController {
  constructor(private readonly versions: FlowVersionsService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the versions of a flow, newest first' })
  @ApiPage(FlowVersionListItem)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() page: PageQuery,
  ): Promise<Page<FlowVersionListItem>> {
    const { rows, total } = await this.versions.list(tenant, id, page);
    return new Page(
      rows.map((version) => new FlowVersionListItem(version)),
      total,
    );
  }

  @Get(':version')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get one version of a flow' })
  @ApiOkResponse({ type: FlowVersionResponse })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Param('version', VersionPipe) version: number,
  ): Promise<FlowVersionResponse> {
    return new FlowVersionResponse(await this.versions.get(tenant, id, version));
  }

  @Post(':version/restore')
  @HttpCode(200)
  @AdmitsEditors()
  @UseInterceptors(EntityTags)
  @ApiOperation({ summary: 'Bring a version back: its graph is saved as the next version' })
  @ApiOkResponse({ type: FlowResponse })
  @ApiIfMatch()
  async restore(
    @CurrentTenant() tenant: Tenant,
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Param('version', VersionPipe) version: number,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<FlowResponse> {
    const saving = { author: authorOf(principal), ifMatch };
    return new FlowResponse(await this.versions.restore(tenant, id, version, saving));
  }
}
