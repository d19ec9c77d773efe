import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../core/http/id.pipe.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { IntegrationDetailResponse } from './dto/integration-detail.response.js';
import { IntegrationDetailsService } from './integration-details.service.js';
import { IntegrationsService } from './integrations.service.js';

/** Lets deliveries wait, and lets them go again. */
@ApiTags('integrations')
@Controller('api/v1/integrations')
export class IntegrationGatesController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly details: IntegrationDetailsService,
  ) {}

  @Post(':id/pause')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Let deliveries wait, without attempts, until it is resumed; what is under way ends' })
  @ApiOkResponse({ type: IntegrationDetailResponse })
  async pause(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<IntegrationDetailResponse> {
    return this.details.show(tenant, await this.integrations.pause(tenant, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Deliver again, also where the breaker would have waited longer' })
  @ApiOkResponse({ type: IntegrationDetailResponse })
  async resume(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<IntegrationDetailResponse> {
    return this.details.show(tenant, await this.integrations.resume(tenant, id));
  }
}
