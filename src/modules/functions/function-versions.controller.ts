import { Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import { PageQuery } from '../../core/http/paging/page.query.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type Principal } from '../auth/principal.decorator.js';
import { FunctionResponse } from './dto/function.response.js';
import { FunctionSaveResponse, FunctionVersionResponse } from './dto/function-version.response.js';
import { FunctionVersionsService } from './function-versions.service.js';
import { userIdOf } from './function.rules.js';
import { VersionPipe } from '../../core/http/version.pipe.js';

/** What functions were. */
@ApiTags('functions')
@Controller('api/v1/functions/:id/versions')
@UseInterceptors(EntityTags)
export class FunctionVersionsController {
  constructor(
    private readonly versions: FunctionVersionsService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List the versions of a function, the newest first' })
  @ApiPage(FunctionSaveResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<FunctionSaveResponse>> {
    const { rows, total } = await this.versions.list(tenant, id, query);
    return new Page(
      rows.map((row) => new FunctionSaveResponse(row)),
      total,
    );
  }

  @Get(':version')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get one version of a function' })
  @ApiOkResponse({ type: FunctionVersionResponse })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Param('version', VersionPipe) version: number,
  ): Promise<FunctionVersionResponse> {
    return new FunctionVersionResponse(await this.versions.get(tenant, id, version));
  }

  @Post(':version/restore')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Save an old version anew, as the newest' })
  @ApiOkResponse({ type: FunctionResponse })
  @ApiIfMatch()
  async restore(
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Param('version', VersionPipe) version: number,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<FunctionResponse> {
    const savedBy = { userId: userIdOf(principal), ifMatch };
    return new FunctionResponse(await this.versions.restore(principal.tenant, id, version, savedBy), this.clock.now());
  }
}
