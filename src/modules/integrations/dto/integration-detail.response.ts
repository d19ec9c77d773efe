import { ApiProperty } from '@nestjs/swagger';
import { DestinationSummaryResponse } from '../../runs/deliveries/accounting/destination-summary.contract.js';
import type { DestinationSummary } from '../../runs/deliveries/accounting/destination-summary.service.js';
import type { IntegrationRow } from '../integrations.repository.js';
import { IntegrationResponse } from './integration.response.js';

/** One integration with how its deliveries stand. */
export class IntegrationDetailResponse extends IntegrationResponse {
  @ApiProperty({ type: DestinationSummaryResponse, readOnly: true })
  deliveries: DestinationSummaryResponse;

  constructor(integration: IntegrationRow, summary: DestinationSummary) {
    super(integration);
    this.deliveries = new DestinationSummaryResponse(summary);
  }
}
