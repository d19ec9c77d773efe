import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../completion/results.contract.js';
import { answerOf, failureOf, totalMsOf } from './delivery-display.rules.js';

const refused: Attempt = {
  at: '2026-11-20T12:00:00.000Z',
  status: 'failed',
  duration_ms: 30,
  code: 'http.status_503',
  error: 'the server answered 503',
  response_status: 503,
  response: 'not now',
};
const taken: Attempt = { at: '2026-11-20T12:00:05.000Z', status: 'delivered', duration_ms: 12, response_status: 200 };

describe('failureOf', () => {
  it('is what the last attempt came to, as long as it is not delivered', () => {
    const failure = { code: 'http.status_503', message: 'the server answered 503' };
    expect(failureOf({ status: 'waiting', code: null, attempts: [refused] })).toEqual(failure);
    expect(failureOf({ status: 'failed', code: 'http.status_503', attempts: [refused] })).toEqual(failure);
    expect(failureOf({ status: 'delivered', code: null, attempts: [refused, taken] })).toBeNull();
  });

  it('is nothing before the first attempt, and the code where it ended without one', () => {
    expect(failureOf({ status: 'waiting', code: null, attempts: [] })).toBeNull();
    expect(failureOf({ status: 'failed', code: 'expired', attempts: [] })).toEqual({
      code: 'expired',
      message: 'expired',
    });
  });
});

describe('answerOf', () => {
  it('is what came back last', () => {
    expect(answerOf({ status: 'delivered', code: null, attempts: [refused, taken] })).toEqual({ response_status: 200 });
    expect(answerOf({ status: 'waiting', code: null, attempts: [refused] })).toEqual({
      response_status: 503,
      response: 'not now',
    });
  });

  it('is nothing where nobody answered', () => {
    const { response_status: _, response: __, ...unanswered } = refused;
    expect(answerOf({ status: 'failed', code: 'http.timeout', attempts: [unanswered] })).toBeNull();
    expect(answerOf({ status: 'waiting', code: null, attempts: [] })).toBeNull();
  });
});

describe('totalMsOf', () => {
  it('adds up every attempt', () => {
    expect(totalMsOf({ status: 'delivered', code: null, attempts: [refused, taken] })).toBe(42);
    expect(totalMsOf({ status: 'waiting', code: null, attempts: [] })).toBe(0);
  });
});
