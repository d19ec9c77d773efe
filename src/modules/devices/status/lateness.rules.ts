import type { DeviceStatus } from '../device-state.entity.js';
import { beatMissedMs, type Intake, type Outage } from '../journal/intake/intake.contract.js';

const minuteMs = 60_000;
/** A message may be on its way into the database for two seconds, and the clocks of two servers may differ a little. */
const graceMs = 5_000;
/** An outage that is shorter than this part of the interval takes a message from few devices; a longer one, from many. */
const slackOfInterval = 1 / 10;

/**
 * When a device that was last seen then is late. Time in which nothing could be accepted does not count. Where an outage
 * may have taken the very message that was due (it was long, or ended close to the deadline or after it), stopping the
 * clock is not enough: the next message comes up to a whole interval after that one, so the device has its interval again.
 */
export function deadlineOf(lastSeenMs: number, expectedMinutes: number, outages: readonly Outage[]): number {
  const intervalMs = expectedMinutes * minuteMs;
  const slackMs = intervalMs * slackOfInterval;
  let deadlineMs = lastSeenMs + intervalMs;
  for (const { beganAtMs, endedAtMs } of outages) {
    if (endedAtMs <= lastSeenMs) continue;
    if (beganAtMs >= deadlineMs) break;
    const lengthMs = endedAtMs - Math.max(beganAtMs, lastSeenMs);
    const mayHaveTakenIt = lengthMs >= slackMs || deadlineMs - endedAtMs <= slackMs;
    deadlineMs = mayHaveTakenIt ? Math.max(deadlineMs, endedAtMs + intervalMs) : deadlineMs + lengthMs;
  }
  return deadlineMs + graceMs;
}

/** What a device is, and when it is to be looked at again; null: not before it sends a message. */
export interface Verdict {
  status: DeviceStatus;
  checkAt: Date | null;
}

/** What the sweeper finds of a device that it looks at. Only an online device can be late. */
export function verdictOn(
  { status, lastSeenAt }: { status: DeviceStatus; lastSeenAt: Date | null },
  expectedMinutes: number | null,
  outages: readonly Outage[],
  now: Date,
): Verdict {
  if (status !== 'online' || lastSeenAt === null || expectedMinutes === null) return { status, checkAt: null };
  const deadlineMs = deadlineOf(lastSeenAt.getTime(), expectedMinutes, outages);
  return deadlineMs < now.getTime() ? { status: 'offline', checkAt: null } : { status, checkAt: new Date(deadlineMs) };
}

/** What a device is when nobody holds it in maintenance. Without an expected time it is never late. */
export function statusOf(
  lastSeenAt: Date | null,
  expectedMinutes: number | null,
  outages: readonly Outage[],
  now: Date,
): DeviceStatus {
  if (lastSeenAt === null) return 'never_seen';
  return verdictOn({ status: 'online', lastSeenAt }, expectedMinutes, outages, now).status;
}

/**
 * Whether devices may be judged now: messages are being accepted, have been for long enough that every process could say
 * what it has spooled, and nobody has anything left to bring in.
 */
export function isFairToJudge({ beatenAtMs, beatingSinceMs, spooledUntilMs }: Intake, nowMs: number): boolean {
  if (beatenAtMs === null || beatingSinceMs === null) return false;
  const isAccepting = beatenAtMs >= nowMs - beatMissedMs;
  const isSettled = beatingSinceMs <= nowMs - beatMissedMs;
  return isAccepting && isSettled && (spooledUntilMs === null || spooledUntilMs < nowMs);
}
