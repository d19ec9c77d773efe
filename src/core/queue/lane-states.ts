import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../changes/change-cache.js';
import { Changes } from '../changes/changes.js';
import { HotPool } from '../database/hot-pool.js';
import type { Tenant } from '../tenancy/tenant.js';
import { Clock } from '../time/clock.js';

/** What a lane lets through, and how its destination has been. Times are by this process's clock. */
export interface LaneState {
  disabled: boolean;
  paused: boolean;
  /** Not null, also while a probe is due: nothing but the claim's one probe goes through. */
  block: { failedProbes: number } | null;
  failingSinceMs: number | null;
  maxInFlight: number | null;
  ratePerSecond: number | null;
}

interface LaneRow {
  disabled: boolean;
  paused: boolean;
  blocked_reason: string | null;
  failed_probes: number;
  failing_ms: number | null;
  max_in_flight: number | null;
  rate_per_second: number | null;
}

const maxLanes = 20_000;

/** A lane that nobody has made: nothing may go through it. */
const closed: LaneState = {
  disabled: true,
  paused: false,
  block: null,
  failingSinceMs: null,
  maxInFlight: null,
  ratePerSecond: null,
};

/** Keeps the lanes that are in use in memory, so that looking at a gate costs no query; dropped by the change `lane`. */
@Injectable()
export class LaneStates implements OnModuleInit {
  private readonly cache: ChangeCache<LaneState>;

  constructor(
    private readonly pool: HotPool,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {
    this.cache = new ChangeCache(clock, maxLanes);
  }

  onModuleInit(): void {
    this.changes.onChange('lane', ({ entityId }) => {
      this.cache.drop(entityId);
    });
  }

  async get(tenant: Tenant, laneId: string): Promise<LaneState> {
    return this.cache.peek(laneId) ?? this.cache.load(laneId, () => this.read(tenant, laneId));
  }

  /** Past what is remembered. */
  async getAnew(tenant: Tenant, laneId: string): Promise<LaneState> {
    this.cache.drop(laneId);
    return this.get(tenant, laneId);
  }

  private async read(tenant: Tenant, laneId: string): Promise<LaneState> {
    const [row] = await this.pool.named<LaneRow>(
      'lane-state',
      `SELECT disabled, paused, blocked_reason, failed_probes, max_in_flight, rate_per_second,
         extract(epoch FROM now() - failing_since)::float8 * 1000 AS failing_ms
       FROM lanes WHERE tenant_id = $1 AND id = $2`,
      [tenant.id, laneId],
    );
    if (row === undefined) return closed;
    return {
      disabled: row.disabled,
      paused: row.paused,
      block: row.blocked_reason === null ? null : { failedProbes: row.failed_probes },
      failingSinceMs: row.failing_ms === null ? null : this.clock.nowMs() - row.failing_ms,
      maxInFlight: row.max_in_flight,
      ratePerSecond: row.rate_per_second,
    };
  }
}
