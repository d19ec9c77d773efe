/** How attempts of one kind are slowed down, counted for one account or one address. */
export interface Limit {
  /** So many at once cost nothing. */
  free: number;
  /** One attempt is forgiven each time so much has passed: what is attempted more rarely is never slowed down. */
  forgivenEveryMs: number;
  firstDelayMs: number;
  /** Each attempt beyond the free ones doubles the delay up to this. */
  maxDelayMs: number;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/**
 * Delays, never locks: an account that strangers try is open again within minutes, and who is logged in stays so. Whoever
 * goes on trying comes to rest where the delay is as long as one attempt takes to be forgiven: at ten guesses an hour for
 * one account, and sixty an hour from one address.
 */
export const limits = {
  'login.account': { free: 10, forgivenEveryMs: 6 * minuteMs, firstDelayMs: secondMs, maxDelayMs: 10 * minuteMs },
  // Whole offices and mobile networks share one.
  'login.address': { free: 50, forgivenEveryMs: minuteMs, firstDelayMs: secondMs, maxDelayMs: 5 * minuteMs },
  'change_password.account': {
    free: 5,
    forgivenEveryMs: 6 * minuteMs,
    firstDelayMs: secondMs,
    maxDelayMs: 10 * minuteMs,
  },
  'change_password.address': { free: 50, forgivenEveryMs: minuteMs, firstDelayMs: secondMs, maxDelayMs: 5 * minuteMs },
  // A success counts too: each makes a tenant.
  'register.address': { free: 60, forgivenEveryMs: 5 * minuteMs, firstDelayMs: secondMs, maxDelayMs: 10 * minuteMs },
  // Nobody guesses 256 bits; this keeps the database from being asked for nothing.
  'refresh.address': { free: 100, forgivenEveryMs: 10 * secondMs, firstDelayMs: secondMs, maxDelayMs: minuteMs },
  // A fleet boots at once, and behind one address: what is beyond that many goes on at a pace that harms nobody.
  'device_registration.account': { free: 1_000, forgivenEveryMs: 100, firstDelayMs: secondMs, maxDelayMs: minuteMs },
  'device_registration.address': { free: 600, forgivenEveryMs: 200, firstDelayMs: secondMs, maxDelayMs: minuteMs },
  // Nobody guesses 119 bits either; a fleet whose tokens were rotated behind its back tries on and on.
  'device_access_token.address': {
    free: 100,
    forgivenEveryMs: 10 * secondMs,
    firstDelayMs: secondMs,
    maxDelayMs: minuteMs,
  },
} satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;

/** Longer than any count here takes to be forgiven whole; then it need not be kept. */
export const forgottenAfterMs = 24 * 60 * minuteMs;

/** What is known of one account or address. */
export interface Count {
  /** A fraction is an attempt that is partly forgiven. */
  count: number;
  countedAtMs: number;
  /** 0 where nothing is delayed, and not "now": the clock of another process may be behind. */
  blockedUntilMs: number;
}

/** How long to wait before the next attempt; 0 is not at all. */
export function waitMs({ blockedUntilMs }: Count, nowMs: number): number {
  return Math.max(0, blockedUntilMs - nowMs);
}

/** After one more attempt. `before` is undefined for whoever never tried, or long ago. */
export function counted(before: Count | undefined, limit: Limit, nowMs: number): Count {
  const count = left(before, limit, nowMs) + 1;
  const beyond = Math.ceil(count - limit.free);
  if (beyond <= 0) return { count, countedAtMs: nowMs, blockedUntilMs: 0 };
  const delayMs = Math.min(limit.maxDelayMs, limit.firstDelayMs * 2 ** (beyond - 1));
  return { count, countedAtMs: nowMs, blockedUntilMs: nowMs + delayMs };
}

function left(before: Count | undefined, limit: Limit, nowMs: number): number {
  if (before === undefined) return 0;
  return Math.max(0, before.count - Math.max(0, nowMs - before.countedAtMs) / limit.forgivenEveryMs);
}
