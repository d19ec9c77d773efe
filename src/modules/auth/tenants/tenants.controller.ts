import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { Admits, AdmitsAdmins } from '../access.decorator.js';
import { ChangeTenantRequest, readOnlyTenantFields } from '../dto/change-tenant.request.js';
import { TenantResponse } from '../dto/tenant.response.js';
import { CurrentPrincipal, type UserPrincipal } from '../principal.decorator.js';
import { TenantsService } from './tenants.service.js';

/** The tenants that one may switch between, and the name of the one that one is in. */
@ApiTags('auth')
@Controller('api/v1/tenants')
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Get()
  @Admits({ user: 'viewer' })
  @ApiOperation({
    summary: 'List the tenants that you are a member of, the one you have belonged to for longest first',
  })
  @ApiPage(TenantResponse)
  async list(@CurrentPrincipal() me: UserPrincipal, @Query() query: PageQuery): Promise<Page<TenantResponse>> {
    const { rows, total } = await this.tenants.listOf(me.userId, query);
    return new Page(
      rows.map((tenant) => new TenantResponse(tenant, me.tenant.id)),
      total,
    );
  }

  @Get(':id')
  @Admits({ user: 'viewer' })
  @ApiOperation({ summary: 'Get a tenant that you are a member of' })
  @ApiOkResponse({ type: TenantResponse })
  async get(@CurrentPrincipal() me: UserPrincipal, @Param('id', IdPipe) id: string): Promise<TenantResponse> {
    return new TenantResponse(await this.tenants.get(me.userId, id), me.tenant.id);
  }

  @Patch(':id')
  @AdmitsAdmins()
  @ApiOperation({ summary: 'Rename the tenant that your token is of' })
  @ApiOkResponse({ type: TenantResponse })
  async change(
    @CurrentPrincipal() me: UserPrincipal,
    @Param('id', IdPipe) id: string,
    @Body() request: ChangeTenantRequest,
  ): Promise<TenantResponse> {
    refuseReadOnly(request, await this.get(me, id), readOnlyTenantFields);
    const { name } = request;
    if (name === undefined) return this.get(me, id);
    return new TenantResponse(await this.tenants.rename(me, id, name), me.tenant.id);
  }
}
