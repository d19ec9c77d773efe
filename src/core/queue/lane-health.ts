/**
 * How deliveries to a destination fare, as its lane says. `failing`: the last attempts failed. `blocked`: left alone by the
 * breaker for a while. Where several are true, the last of the list is said.
 */
export const laneHealths = ['ok', 'failing', 'blocked', 'paused', 'disabled'] as const;
export type LaneHealth = (typeof laneHealths)[number];

/** The health of the lane with this alias, as SQL. */
export function healthOf(lane: string): string {
  return `CASE WHEN ${lane}.disabled THEN 'disabled' WHEN ${lane}.paused THEN 'paused'
    WHEN ${lane}.blocked_reason IS NOT NULL THEN 'blocked' WHEN ${lane}.failing_since IS NOT NULL THEN 'failing' ELSE 'ok' END`;
}
