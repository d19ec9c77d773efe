import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';

/** Reads what codecs made of events, for those who build their envelopes anew. */
@Injectable()
export class DecodedValuesService {
  constructor(private readonly pool: HotPool) {}

  /** By event id; an event that no codec decoded is absent. */
  async find(tenant: Tenant, eventIds: readonly string[]): Promise<Map<string, Record<string, unknown>>> {
    if (eventIds.length === 0) return new Map();
    const rows = await this.pool.named<{ event_id: string; decoded: Record<string, unknown> }>(
      'decoded-values',
      `SELECT event_id, decoded FROM decoded_values
       WHERE tenant_id = $1 AND event_id = ANY($2::uuid[]) AND decoded IS NOT NULL`,
      [tenant.id, eventIds],
    );
    return new Map(rows.map((row) => [row.event_id, row.decoded]));
  }
}
