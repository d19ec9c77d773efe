/** So often a request is sent at most. */
export const mostTries = 5;

const againLater = new Set([429, 502, 503, 504]);
const firstPauseMs = 500;
/** Where the server says 0, or nothing. */
const leastPauseMs = 100;

/** Whether an answer means "not now": the same request may well be taken a little later. */
export function isForNow(status: number): boolean {
  return againLater.has(status);
}

/**
 * How long to wait before the next try: what the server asks for, else twice as long each time. Undefined: there is no next
 * one, because there were enough of them or because it would begin after the time is up.
 */
export function pauseBefore(tries: number, retryAfterMs: number | undefined, remainingMs: number): number | undefined {
  const pauseMs = Math.max(leastPauseMs, retryAfterMs ?? firstPauseMs * 2 ** (tries - 1));
  return tries >= mostTries || pauseMs >= remainingMs ? undefined : pauseMs;
}

/** `Retry-After` in milliseconds: seconds, or a date as proxies write it. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
