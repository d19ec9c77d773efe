const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

export interface Lifetime {
  /** How long it waits for its next refresh. */
  idleMs: number;
  /** After so long the password is asked for again, however often it was refreshed. */
  wholeMs: number;
}

export const sessionLifetimes = {
  usual: { idleMs: 12 * hourMs, wholeMs: 7 * dayMs },
  remembered: { idleMs: 30 * dayMs, wholeMs: 180 * dayMs },
} satisfies Record<string, Lifetime>;

/** When a session ends that is opened or refreshed now: not after `endsBy`, where an issuer's token is what it lives by. */
export function endOfSession(
  { remembered, authenticatedAt, endsBy }: { remembered: boolean; authenticatedAt: Date; endsBy: Date | null },
  now: Date,
): Date {
  const { idleMs, wholeMs } = remembered ? sessionLifetimes.remembered : sessionLifetimes.usual;
  const endMs = Math.min(now.getTime() + idleMs, authenticatedAt.getTime() + wholeMs);
  return new Date(Math.min(endMs, endsBy?.getTime() ?? endMs));
}
