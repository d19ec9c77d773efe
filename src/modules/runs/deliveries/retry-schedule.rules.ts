/** Waits before attempts 1, 2, 3 …: at once, then ever more seldom over three days. Data, so a destination may bring its own. */
export const defaultScheduleMs: readonly number[] = [
  0,
  5_000,
  30_000,
  5 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  5 * 3_600_000,
  10 * 3_600_000,
  14 * 3_600_000,
  20 * 3_600_000,
  24 * 3_600_000,
];

/** A fleet of deliveries that failed together must not come back together. */
const jitter = 0.2;
const maxRetryAfterMs = 24 * 3_600_000;

/**
 * How long to wait after `attemptsMade` failed attempts, or null when there are no more. `random` is in [0, 1). What a
 * Retry-After asked for is honoured when it is later, up to a day.
 */
export function delayBeforeNextMs(
  scheduleMs: readonly number[],
  attemptsMade: number,
  random: number,
  retryAfterMs = 0,
): number | null {
  const planned = scheduleMs[attemptsMade];
  if (planned === undefined) return null;
  const spread = planned * (1 - jitter + 2 * jitter * random);
  return Math.round(Math.max(spread, Math.min(retryAfterMs, maxRetryAfterMs)));
}
