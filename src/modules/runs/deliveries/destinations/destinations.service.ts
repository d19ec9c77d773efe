import { Injectable } from '@nestjs/common';
import { LaneStates } from '../../../../core/queue/lane-states.js';
import { LaneTraffic } from '../../../../core/queue/lane-traffic.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';

/** Says whether a destination may be sent to now by somebody who holds no job of its lane. */
@Injectable()
export class DestinationsService {
  constructor(
    private readonly states: LaneStates,
    private readonly traffic: LaneTraffic,
  ) {}

  /**
   * A place at the destination, as the function that gives it back; or undefined: it is disabled, paused, left alone by
   * the breaker, or has as much as it takes. Then the delivery waits in its lane, without an attempt.
   */
  async enter(tenant: Tenant, destinationId: string): Promise<(() => void) | undefined> {
    const state = await this.states.get(tenant, destinationId);
    if (state.disabled || state.paused || state.block !== null) return undefined;
    return this.traffic.tryEnter(destinationId, state);
  }
}
