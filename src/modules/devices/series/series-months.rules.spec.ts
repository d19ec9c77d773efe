import { describe, expect, it } from '@jest/globals';
import { monthName, monthsToHave, oldestKeptMonth } from './series-months.rules.js';

const nowMs = Date.UTC(2026, 11, 31, 23, 59);

describe('monthsToHave', () => {
  it('goes over the end of the year and never skips a short month', () => {
    expect(monthsToHave(nowMs)).toEqual([
      ['2026-11-01', '2026-12-01'],
      ['2026-12-01', '2027-01-01'],
      ['2027-01-01', '2027-02-01'],
      ['2027-02-01', '2027-03-01'],
    ]);
  });
});

describe('oldestKeptMonth', () => {
  it('keeps a month of which one day is to be kept', () => {
    expect(oldestKeptMonth(nowMs, 30)).toBe('2026-12-01');
    expect(oldestKeptMonth(nowMs, 31)).toBe('2026-11-01');
  });
});

describe('monthName', () => {
  it('sorts by time', () => {
    expect(monthName('2026-11-01')).toBe('series_days_m202611');
  });
});
