import type { TokenAlgorithm } from '../../../core/config/settings.js';
import { tokenLifetimeS } from './access-token.rules.js';

/** What the time says of a key. */
export interface KeyTimes {
  algorithm: string;
  createdAt: Date;
  /** From when on it signs; before, others only learn of it. */
  activatesAt: Date;
  /** From when on it signs no more; may still lie ahead. */
  retiredAt: Date | null;
}

/**
 * So long before it signs, a new key stands in the JWKS: longer than anybody may keep that document (its max-age is five
 * minutes) and than our own processes keep theirs.
 */
export const announcedForMs = 10 * 60_000;
/** Clocks of processes differ; none by more. */
const skewMs = 60_000;
const dayMs = 24 * 3_600_000;

/** The newest key that may sign now. */
export function activeOf<Key extends KeyTimes>(
  keys: readonly Key[],
  algorithm: TokenAlgorithm,
  now: Date,
): Key | undefined {
  return keys
    .filter((key) => key.algorithm === algorithm && key.activatesAt <= now && (key.retiredAt ?? Infinity) > now)
    .sort((one, other) => other.activatesAt.getTime() - one.activatesAt.getTime())[0];
}

/** When the last token that a retired key signed has ended. */
export function endOf({ retiredAt }: KeyTimes): Date | null {
  return retiredAt === null ? null : new Date(retiredAt.getTime() + tokenLifetimeS * 1_000 + skewMs);
}

/** Whether the key still signed then: one that was stolen after its retirement makes no tokens. */
export function maySignAt({ retiredAt }: KeyTimes, issuedAtMs: number): boolean {
  return retiredAt === null || issuedAtMs <= retiredAt.getTime() + skewMs;
}

/** Whether the key that signs now has done so for long enough, and no other is announced. */
export function isRotationDue(
  keys: readonly KeyTimes[],
  { algorithm, everyDays, now }: { algorithm: TokenAlgorithm; everyDays: number; now: Date },
): boolean {
  const isAnnounced = keys.some((key) => key.algorithm === algorithm && key.activatesAt > now);
  const active = activeOf(keys, algorithm, now);
  if (active === undefined || isAnnounced) return false;
  return now.getTime() - active.activatesAt.getTime() >= everyDays * dayMs;
}
