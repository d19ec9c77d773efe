import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiCursorPage } from '../../../core/http/paging/api-page.decorator.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsAdmins } from '../access.decorator.js';
import { CurrentTenant } from '../principal.decorator.js';
import { AuditTrailService } from './audit-trail.service.js';
import { AuditRecordResponse } from './dto/audit-record.response.js';
import { ListAuditQuery } from './dto/list-audit.query.js';

/** Who changed what, for the tenant's admins. */
@ApiTags('audit')
@Controller('api/v1/audit')
@AdmitsAdmins()
export class AuditController {
  constructor(private readonly trail: AuditTrailService) {}

  @Get()
  @ApiOperation({ operationId: 'listAudit', summary: 'List what was changed, by whom and from where, newest first' })
  @ApiCursorPage(AuditRecordResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListAuditQuery,
  ): Promise<CursorPage<AuditRecordResponse>> {
    return this.trail.list(tenant, query);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getAuditRecord', summary: 'Get one change' })
  @ApiOkResponse({ type: AuditRecordResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<AuditRecordResponse> {
    return this.trail.get(tenant, id);
  }
}
