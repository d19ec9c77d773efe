import type { HttpAnswer } from '../../../core/outbound/http-exchange.js';
import { retryAfterMsOf } from '../../../core/outbound/retry-after.rules.js';
import { failed, type Delivered, type Failure } from '../../runs/channels/attempt-outcome.contract.js';

/**
 * Unparsable, of another type than the field has, outside the retention policy, too large: what was written is to blame.
 * Everything else is the database's state (down, full, a wrong password, a database that nobody has made yet), which
 * somebody will mend: the delivery waits.
 */
const blamesPoints = new Set([400, 413, 422]);

export function isPointsFault({ status }: HttpAnswer): boolean {
  return blamesPoints.has(status);
}

export function outcomeOfAnswer(answer: HttpAnswer, nowMs: number): Delivered | Failure {
  const { status, body } = answer;
  const response = body === '' ? {} : { response: body };
  if (status >= 200 && status < 300) return { status: 'delivered', responseStatus: status, ...response };
  const said = saidIn(body);
  const error = `InfluxDB answered ${status}${said === '' ? '' : `: ${said}`}`;
  const retryAfterMs = retryAfterMsOf(answer.retryAfter, nowMs);
  return {
    ...failed(`influxdb.status_${status}`, error, !isPointsFault(answer)),
    responseStatus: status,
    ...response,
    ...(retryAfterMs === undefined || isPointsFault(answer) ? {} : { retryAfterMs }),
  };
}

/** 1.x says `{"error": …}`, 2.x `{"code": …, "message": …}`. */
function saidIn(body: string): string {
  return /"(?:error|message)":\s*"((?:[^"\\]|\\.){0,500})/.exec(body)?.[1] ?? '';
}
