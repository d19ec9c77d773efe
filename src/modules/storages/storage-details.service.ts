import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DestinationSummaryService } from '../runs/deliveries/accounting/destination-summary.service.js';
import { StorageDetailResponse } from './dto/storage-detail.response.js';
import type { StorageRow } from './storages.repository.js';

/** Shows a storage together with how its deliveries stand, which the runs know. */
@Injectable()
export class StorageDetailsService {
  constructor(private readonly summaries: DestinationSummaryService) {}

  async show(tenant: Tenant, storage: StorageRow): Promise<StorageDetailResponse> {
    return new StorageDetailResponse(storage, await this.summaries.of(tenant, storage.id));
  }
}
