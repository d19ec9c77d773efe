import { describe, expect, it } from '@jest/globals';
import { probeDelayMs, RecentFailures, signOf, type Answer } from './failures.rules.js';

const minuteMs = 60_000;
/** Notes `f` for each failure and `s` for each success, one every `everyMs`, and answers where it was too much. */
function noteAll(results: string, everyMs = 1_000, recent = new RecentFailures()): number[] {
  return Array.from(results).flatMap((result, index) =>
    recent.note(result === 'f', index * everyMs) ? [index + 1] : [],
  );
}

describe('RecentFailures', () => {
  it('is too much with the tenth failure in a row, however long that took', () => {
    expect(noteAll('fffffffffff')).toEqual([10, 11]);
    expect(noteAll('ffffffffff', 10 * minuteMs)).toEqual([10]);
  });

  it('begins to count anew with every success', () => {
    expect(noteAll('fffffffffsfffffffff', minuteMs)).toEqual([]);
  });

  it('is too much when seven of ten within five minutes failed, and never by a success', () => {
    expect(noteAll('sfffffsffs')).toEqual([]);
    expect(noteAll('sfffsffsff')).toEqual([10]);
    expect(noteAll('ssssfffffsffff')).toEqual([]);
    expect(noteAll('ssssfffffsfffff')).toEqual([]);
    expect(noteAll('sfffffsffsf')).toEqual([11]);
  });

  it('asks for ten attempts before it judges by their share', () => {
    expect(noteAll('sffffffff')).toEqual([]);
  });

  it('forgets what is older than five minutes', () => {
    const recent = new RecentFailures();
    noteAll('sffsffsff', 1_000, recent);
    expect(recent.note(true, 5 * minuteMs + 10_000)).toBe(false);
    const kept = new RecentFailures();
    noteAll('sffsffsff', 1_000, kept);
    expect(kept.note(true, 5 * minuteMs - 10_000)).toBe(true);
  });
});

describe('probeDelayMs', () => {
  it('is half a minute, doubling to ten minutes', () => {
    const seconds = Array.from({ length: 8 }, (_, failed) => probeDelayMs(failed) / 1_000);
    expect(seconds).toEqual([30, 60, 120, 240, 480, 600, 600, 600]);
    expect(probeDelayMs(32_767)).toBe(600_000);
  });
});

describe('signOf', () => {
  const failed = (code: string, retryable: boolean): Answer => ({ status: 'failed', code, retryable });

  it.each<[Answer, string]>([
    [{ status: 'delivered' }, 'working'],
    [failed('http.status_503', true), 'failing'],
    [failed('http.timeout', true), 'failing'],
    [failed('mqtt.connection_lost', true), 'failing'],
    [failed('http.status_404', false), 'refusing'],
    [failed('mqtt.reason_135', false), 'refusing'],
    [failed('template.missing_value', false), 'unknown'],
    [failed('integration.disabled', true), 'unknown'],
    [failed('config.secrets_unreadable', true), 'unknown'],
    [failed('egress.refused', false), 'unknown'],
    [failed('http.aborted', true), 'unknown'],
  ])('%j is a sign of a destination that is %s', (outcome, sign) => {
    expect(signOf(outcome)).toBe(sign);
  });
});
