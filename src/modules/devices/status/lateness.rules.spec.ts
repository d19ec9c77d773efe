import { describe, expect, it } from '@jest/globals';
import { deadlineOf, isFairToJudge, verdictOn } from './lateness.rules.js';

const minute = 60_000;
const seen = Date.UTC(2026, 10, 20, 12);
const grace = 5_000;
const outage = (fromMinute: number, toMinute: number) => ({
  beganAtMs: seen + fromMinute * minute,
  endedAtMs: seen + toMinute * minute,
});
/** In minutes after the device was last seen, without the grace. */
const deadline = (expected: number, ...outages: ReturnType<typeof outage>[]) =>
  (deadlineOf(seen, expected, outages) - grace - seen) / minute;

describe('the deadline of a device', () => {
  it('is its interval after it was last seen, and a little', () => {
    expect(deadlineOf(seen, 30, [])).toBe(seen + 30 * minute + grace);
  });

  it('does not care for outages that were over before, or that came when it was late already', () => {
    expect(deadline(30, outage(-60, 0), outage(30, 500))).toBe(30);
  });

  it('stops for a short outage in its middle', () => {
    expect(deadline(60, outage(20, 22))).toBe(62);
    expect(deadline(60, outage(10, 12), outage(20, 23))).toBe(65);
  });

  it('is a whole interval after an outage that was long: the message may have been lost, and the next one is that far away', () => {
    expect(deadline(60, outage(1, 121))).toBe(181);
    expect(deadline(60, outage(20, 26))).toBe(86);
  });

  it('is a whole interval after even a short outage that it fell into, or that ended just before it', () => {
    expect(deadline(60, outage(59, 61))).toBe(121);
    expect(deadline(60, outage(55, 56))).toBe(116);
  });

  it('follows one outage after the other', () => {
    expect(deadline(60, outage(30, 150), outage(200, 202), outage(211, 215))).toBe(275);
    expect(deadline(60, outage(30, 150), outage(210, 300))).toBe(210);
  });

  it('is never earlier for an outage', () => {
    for (let from = 0; from < 60; from += 1) {
      for (let length = 1; length < 200; length += 1) {
        expect(deadline(60, outage(from, from + length))).toBeGreaterThanOrEqual(60 + Math.min(length, 60 - from));
      }
    }
  });
});

describe('the verdict on a device', () => {
  const at = (minutes: number) => new Date(seen + minutes * minute);
  const online = { status: 'online', lastSeenAt: new Date(seen) } as const;

  it('is offline after its deadline, and then nobody looks before it sends something', () => {
    expect(verdictOn(online, 30, [], at(31))).toEqual({ status: 'offline', checkAt: null });
  });

  it('is online until then, to be looked at when it would be late', () => {
    expect(verdictOn(online, 30, [], at(29))).toEqual({
      status: 'online',
      checkAt: new Date(seen + 30 * minute + grace),
    });
  });

  it('leaves alone what is offline, unseen, in maintenance, or not expected at all', () => {
    for (const status of ['offline', 'never_seen', 'maintenance'] as const) {
      expect(verdictOn({ ...online, status }, 30, [], at(31))).toEqual({ status, checkAt: null });
    }
    expect(verdictOn(online, null, [], at(9_999))).toEqual({ status: 'online', checkAt: null });
  });
});

describe('judging', () => {
  const now = seen;
  const fair = { beatenAtMs: now - 1_000, beatingSinceMs: now - 60_000, spooledUntilMs: null, outages: [] };

  it.each([
    ['is fair while messages come in', {}, true],
    ['is not, before anybody took messages', { beatenAtMs: null, beatingSinceMs: null }, false],
    ['is not, while nobody takes messages', { beatenAtMs: now - 20_000 }, false],
    ['is not, before everybody could say what is spooled', { beatingSinceMs: now - 10_000 }, false],
    ['is not, while spooled messages are brought in', { spooledUntilMs: now + 10_000 }, false],
    ['is again when they are in', { spooledUntilMs: now - 1 }, true],
  ])('%s', (_, given, expected) => {
    expect(isFairToJudge({ ...fair, ...given }, now)).toBe(expected);
  });
});
