/*
 * What the configs of outward connections have in common. The names are those of the wire, and of the stored JSON.
 * Where a secret stands, the stored form holds the mask; see secrets.rules.ts.
 */

/** PEM texts. Without `ca` the system's authorities count; `cert` and `key` come together. */
export interface TlsConfig {
  ca?: string;
  cert?: string;
  /** Secret. */
  key?: string;
  /** Only for servers with a certificate that nobody can check; default true. */
  reject_unauthorized?: boolean;
}

/** How hard the other side may be pressed; lies on the lane, so that every worker keeps to it. */
export interface PressureConfig {
  /** Delays before attempt 1, 2, 3 …; after the last the delivery has failed. */
  schedule_ms?: number[];
  max_in_flight?: number;
  rate_per_second?: number;
}

/** Delays before each attempt of a delivery: five quick ones, then about three days of patience. */
export const defaultScheduleMs: readonly number[] = [
  0, 5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];
