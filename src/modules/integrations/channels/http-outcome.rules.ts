import type { AttemptOutcome } from '../../runs/channels/channels.service.js';

const dayMs = 24 * 60 * 60 * 1_000;
const retryableStatuses = new Set([408, 409, 425, 429]);

/** What an answer's status means for the delivery. */
export function outcomeOfStatus(status: number, retryAfter: string | undefined, nowMs: number): AttemptOutcome {
  if (status >= 200 && status < 300) return { status: 'delivered', responseStatus: status };
  const failed = { status: 'failed', code: `http.status_${status}`, responseStatus: status } as const;
  if (status === 410) {
    return { ...failed, error: 'the endpoint answered 410: it wants nothing more', retryable: true, gone: true };
  }
  const error =
    status >= 300 && status < 400
      ? `the endpoint answered ${status}; redirects are not followed`
      : `the endpoint answered ${status}`;
  if (status < 500 && !retryableStatuses.has(status)) return { ...failed, error, retryable: false };
  const retryAfterMs = retryAfterMsOf(retryAfter, nowMs);
  return { ...failed, error, retryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds or a date, at most a day; a date that is past asks for nothing. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, dayMs) : undefined;
}
