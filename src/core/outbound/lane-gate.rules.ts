import type { LaneGate } from '../queue/lanes.js';
import type { PressureConfig } from './connection-config.js';

/** How the lane of a destination's deliveries is gated. */
export function laneGateOf({ enabled, config }: { enabled: boolean; config: PressureConfig }): LaneGate {
  return {
    disabled: !enabled,
    maxInFlight: config.max_in_flight ?? null,
    ratePerSecond: config.rate_per_second ?? null,
  };
}
