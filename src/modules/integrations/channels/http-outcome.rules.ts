import { retryAfterMsOf } from '../../../core/outbound/retry-after.rules.js';
import { failed, type Delivered, type Failure } from '../../runs/channels/attempt-outcome.contract.js';

const retryableStatuses = new Set([408, 409, 425, 429]);

/** What an answer's status means for the delivery. */
export function outcomeOfStatus(status: number, retryAfter: string | undefined, nowMs: number): Delivered | Failure {
  if (status >= 200 && status < 300) return { status: 'delivered', responseStatus: status };
  const failure = (error: string, retryable: boolean): Failure => ({
    ...failed(`http.status_${status}`, error, retryable),
    responseStatus: status,
  });
  if (status === 410) return { ...failure('the endpoint answered 410: it wants nothing more', true), gone: true };
  const redirects = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  const error = `the endpoint answered ${status}${redirects}`;
  if (status < 500 && !retryableStatuses.has(status)) return failure(error, false);
  const retryAfterMs = retryAfterMsOf(retryAfter, nowMs);
  return { ...failure(error, true), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
