import type { AttemptOutcome } from '../channels/channels.service.js';
import type { Attempt } from '../completion/results.contract.js';

/** One try and what it came to, as it is kept: times, outcome, and what the other side said. */
export function attemptOf(outcome: AttemptOutcome, startedAtMs: number, endedAtMs: number): Attempt {
  return {
    at: new Date(startedAtMs).toISOString(),
    status: outcome.status,
    duration_ms: endedAtMs - startedAtMs,
    ...(outcome.status === 'failed' ? { code: outcome.code, error: storable(outcome.error) } : {}),
    ...(outcome.responseStatus === undefined ? {} : { response_status: outcome.responseStatus }),
    ...(outcome.response === undefined ? {} : { response: storable(outcome.response) }),
  };
}

/** What a foreign server answers may hold anything; PostgreSQL's jsonb may not. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
