import { Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIfMatch, EntityTags, IfMatch } from '../../../core/http/entity-tag.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { iotSupportSays } from '../../../core/http/problems/iot-support-says.rules.js';
import { VersionPipe } from '../../../core/http/version.pipe.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type Principal } from '../../auth/principal.decorator.js';
import { ApiMac } from '../api-mac.decorator.js';
import { authorOf } from '../author.rules.js';
import { ConfigDetail } from '../dto/config.response.js';
import { MacPipe } from '../mac.pipe.js';
import { ConfigRevisionsService } from './config-revisions.service.js';
import { ConfigDiffQuery } from './dto/config-diff.query.js';
import { ConfigDiffResponse } from './dto/config-diff.response.js';
import { ConfigRevisionDetail, ConfigRevisionResponse } from './dto/config-revision.response.js';

/** What configs were. */
@ApiTags('configs')
@Controller('api/configs/:mac')
@UseInterceptors(EntityTags)
export class ConfigRevisionsController {
  constructor(private readonly revisions: ConfigRevisionsService) {}

  @Get('revisions')
  @AdmitsReaders()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({
    operationId: 'listConfigRevisions',
    summary: 'List the revisions of a config, the newest first; those of a deleted one, too',
  })
  @ApiMac()
  @ApiPage(ConfigRevisionResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('mac', MacPipe) mac: string,
    @Query() query: PageQuery,
  ): Promise<Page<ConfigRevisionResponse>> {
    const { rows, total } = await this.revisions.list(tenant, mac, query);
    return new Page(rows, total);
  }

  @Get('revisions/:revision')
  @AdmitsReaders()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'getConfigRevision', summary: 'Get one revision of a config' })
  @ApiMac()
  @ApiOkResponse({ type: ConfigRevisionDetail })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('mac', MacPipe) mac: string,
    @Param('revision', VersionPipe) revision: number,
  ): Promise<ConfigRevisionDetail> {
    return this.revisions.get(tenant, mac, revision);
  }

  @Post('revisions/:revision/restore')
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({
    operationId: 'restoreConfigRevision',
    summary: 'Save a revision again, as a new one; also brings back a deleted config',
  })
  @ApiMac()
  @ApiOkResponse({ type: ConfigDetail })
  @ApiProblems(422)
  @ApiIfMatch()
  async restore(
    @CurrentPrincipal() principal: Principal,
    @Param('mac', MacPipe) mac: string,
    @Param('revision', VersionPipe) revision: number,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<ConfigDetail> {
    const editing = { author: authorOf(principal), ifMatch };
    return new ConfigDetail(await this.revisions.restore(principal.tenant, mac, revision, editing));
  }

  @Get('diff')
  @AdmitsReaders()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'diffConfigRevisions', summary: 'Compare two revisions of a config' })
  @ApiMac()
  @ApiOkResponse({ type: ConfigDiffResponse })
  async diff(
    @CurrentTenant() tenant: Tenant,
    @Param('mac', MacPipe) mac: string,
    @Query() query: ConfigDiffQuery,
  ): Promise<ConfigDiffResponse> {
    return this.revisions.diff(tenant, mac, query);
  }
}
