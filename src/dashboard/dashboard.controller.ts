import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Tenant } from '../core/tenancy/tenant.js';
import { AdmitsReaders } from '../modules/auth/access.decorator.js';
import { CurrentTenant } from '../modules/auth/principal.decorator.js';
import { DashboardService } from './dashboard.service.js';
import { DashboardStatsResponse } from './dto/dashboard-stats.response.js';

/** What a start page shows. */
@ApiTags('dashboard')
@Controller('api/v1/dashboard')
export class DashboardController {
  constructor(private readonly dashboard: DashboardService) {}

  @Get('stats')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Count devices, flows, functions, integrations and deliveries by status' })
  @ApiOkResponse({ type: DashboardStatsResponse })
  async stats(@CurrentTenant() tenant: Tenant): Promise<DashboardStatsResponse> {
    return new DashboardStatsResponse(await this.dashboard.stats(tenant));
  }
}
