import { ApiProperty } from '@nestjs/swagger';
import { DestinationSummaryResponse } from '../../runs/deliveries/accounting/destination-summary.contract.js';
import type { DestinationSummary } from '../../runs/deliveries/accounting/destination-summary.service.js';
import type { StorageRow } from '../storages.repository.js';
import { StorageResponse } from './storage.response.js';

/** One storage with how its deliveries stand. */
export class StorageDetailResponse extends StorageResponse {
  @ApiProperty({ type: DestinationSummaryResponse, readOnly: true })
  deliveries: DestinationSummaryResponse;

  constructor(storage: StorageRow, summary: DestinationSummary) {
    super(storage);
    this.deliveries = new DestinationSummaryResponse(summary);
  }
}
