import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { Admits } from '../access.decorator.js';
import { TenantResponse } from '../dto/tenant.response.js';
import { CurrentPrincipal, type UserPrincipal } from '../principal.decorator.js';
import { TenantsService } from './tenants.service.js';

/** The tenants that one may switch between. */
@ApiTags('auth')
@Controller('api/v1/tenants')
@Admits({ user: 'viewer' })
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Get()
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
}
