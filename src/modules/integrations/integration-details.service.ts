import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DestinationSummaryService } from '../runs/deliveries/accounting/destination-summary.service.js';
import { IntegrationDetailResponse } from './dto/integration-detail.response.js';
import type { IntegrationRow } from './integrations.repository.js';

/** Shows an integration together with how its deliveries stand, which the runs know. */
@Injectable()
export class IntegrationDetailsService {
  constructor(private readonly summaries: DestinationSummaryService) {}

  async show(tenant: Tenant, integration: IntegrationRow): Promise<IntegrationDetailResponse> {
    return new IntegrationDetailResponse(integration, await this.summaries.of(tenant, integration.id));
  }
}
