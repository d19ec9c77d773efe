const firstMs = 1_000;
const longestMs = 15 * 60_000;
/** Gateways that an outage of the upstream struck together must not come back together. */
const jitter = 0.3;

/** How long to wait after so many failures in a row; `random` is in [0, 1). What a Retry-After asks for is honoured. */
export function delayAfterFailuresMs(failures: number, random: number, retryAfterMs = 0): number {
  const planned = Math.min(firstMs * 2 ** Math.max(failures - 1, 0), longestMs);
  return Math.round(Math.max(planned * (1 - jitter + 2 * jitter * random), retryAfterMs));
}

/** Between two heartbeats, so that a fleet's do not come all at once. */
export function pollDelayMs(everySeconds: number, random: number): number {
  return Math.round(everySeconds * 1_000 * (1 - jitter / 3 + ((2 * jitter) / 3) * random));
}

const finalStatuses = [400, 401, 403, 409, 410, 413, 415, 422];
/** There may be nothing behind a proxy for a while; but whoever has just typed the address wants to hear of it. */
const finalAtFirst = [404, 405, 501];

/** Whether an upstream that answers a registration so would answer the same again. */
export function isRefusal(status: number, isFirst: boolean): boolean {
  return finalStatuses.includes(status) || (isFirst && finalAtFirst.includes(status));
}

/** Whether the upstream takes registrations, but knows nothing of key exchange: document 000's own backend does not. */
export function knowsNoExchange(status: number): boolean {
  return finalAtFirst.includes(status);
}
