import { describe, expect, it } from '@jest/globals';
import { dayMs, dayOf, dayOfPartition, daysToHave, oldestKeptDay, partitionName } from './partition-days.rules.js';

const noon = Date.UTC(2026, 10, 20, 12);
const midnight = Date.UTC(2026, 10, 20);

describe('daysToHave', () => {
  it('begins yesterday and ends in a week', () => {
    const days = daysToHave(noon);
    expect(days[0]).toBe(midnight - dayMs);
    expect(days.at(-1)).toBe(midnight + 7 * dayMs);
    expect(days).toHaveLength(9);
  });
});

describe('oldestKeptDay', () => {
  it('keeps the day in which retention ends, because its evening is not past yet', () => {
    expect(oldestKeptDay(noon, 30)).toBe(midnight - 30 * dayMs);
    expect(oldestKeptDay(midnight, 30)).toBe(midnight - 30 * dayMs);
    expect(oldestKeptDay(midnight - 1, 30)).toBe(midnight - 31 * dayMs);
  });
});

describe('partitionName', () => {
  it('is read back by dayOfPartition', () => {
    expect(partitionName('device_events', midnight)).toBe('device_events_p20261120');
    expect(dayOfPartition('device_events', 'device_events_p20261120')).toBe(midnight);
  });
});

describe('dayOfPartition', () => {
  it('leaves partitions alone that are not of a day', () => {
    expect(dayOfPartition('device_events', 'device_events_default')).toBeNull();
    expect(dayOfPartition('device_events', 'device_events_p2026')).toBeNull();
    expect(dayOfPartition('device_events', 'other_p20261120')).toBeNull();
  });
});

describe('dayOf', () => {
  it('is the midnight before, in UTC', () => {
    expect(dayOf(noon)).toBe(midnight);
    expect(dayOf(midnight)).toBe(midnight);
  });
});
