import { describe, expect, it } from '@jest/globals';
import { outcomeOfAnswer } from './influx-outcome.rules.js';

const nowMs = Date.UTC(2026, 10, 20);
const outcome = (status: number, body = '', retryAfter?: string) =>
  outcomeOfAnswer({ status, body, retryAfter }, nowMs);

describe('what InfluxDB answers', () => {
  it('ends a point that is itself to blame', () => {
    for (const status of [400, 413, 422]) {
      expect(outcome(status)).toMatchObject({ code: `influxdb.status_${status}`, retryable: false });
    }
  });

  it('lets points wait for whatever somebody can mend', () => {
    for (const status of [302, 401, 403, 404, 410, 429, 500, 503]) {
      expect(outcome(status)).toMatchObject({ status: 'failed', retryable: true });
    }
    expect(outcome(503, '', '120')).toMatchObject({ retryAfterMs: 120_000 });
  });

  it('is told with what both versions say', () => {
    expect(outcome(404, '{"error":"database not found: \\"x\\""}')).toMatchObject({
      error: 'InfluxDB answered 404: database not found: \\"x\\"',
    });
    expect(outcome(401, '{"code":"unauthorized","message":"unauthorized access"}')).toMatchObject({
      error: 'InfluxDB answered 401: unauthorized access',
    });
    expect(outcome(204)).toEqual({ status: 'delivered', responseStatus: 204 });
  });
});
