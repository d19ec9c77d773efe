import { describe, expect, it } from '@jest/globals';
import { endOfSession } from './session-lifetime.rules.js';

const day = (days: number): Date => new Date(days * 24 * 3_600_000);

describe('the end of a session', () => {
  it.each([
    ['is half a day after its last refresh', false, 0, 0.5],
    ['moves with each refresh', false, 3, 3.5],
    ['is a week after the password, however often it is refreshed', false, 6.9, 7],
    ['is thirty days after the last refresh of a remembered one', true, 0, 30],
    ['moves with each refresh of a remembered one', true, 100, 130],
    ['is half a year after the password of a remembered one', true, 170, 180],
    ['does not move once it is past', false, 9, 7],
  ])('%s', (_, remembered, refreshed, end) => {
    expect(endOfSession({ remembered, authenticatedAt: day(0), endsBy: null }, day(refreshed))).toEqual(day(end));
  });

  it('is never after that of the token which it was opened by', () => {
    const opened = { remembered: false, authenticatedAt: day(0), endsBy: day(0.1) };
    expect(endOfSession(opened, day(0))).toEqual(day(0.1));
    expect(endOfSession(opened, day(0.05))).toEqual(day(0.1));
    expect(endOfSession({ ...opened, endsBy: day(9) }, day(0))).toEqual(day(0.5));
  });
});
