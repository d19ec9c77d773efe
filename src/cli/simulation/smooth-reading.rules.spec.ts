import { describe, expect, it } from '@jest/globals';
import { simulatedMeasurements, smoothReading } from './smooth-reading.rules.js';

const atMs = Date.UTC(2026, 10, 20);

describe('smoothReading', () => {
  it('says all that the profile tells of', () => {
    expect(Object.keys(smoothReading(0, atMs))).toEqual(simulatedMeasurements.map(({ key }) => key));
  });

  it('goes in small steps and stays where such values are', () => {
    for (let second = 0; second < 3_600; second += 1) {
      const [before, after] = [
        smoothReading(3, atMs + second * 1_000),
        smoothReading(3, atMs + second * 1_000 + 1_000),
      ];
      for (const key of ['temperature', 'humidity', 'pressure', 'battery'] as const) {
        expect(Math.abs(after[key] - before[key])).toBeLessThan(0.25);
      }
      expect(after.humidity).toBeGreaterThan(0);
      expect(after.humidity).toBeLessThan(100);
    }
  });

  it('is the same again, and another for another device', () => {
    expect(smoothReading(1, atMs)).toEqual(smoothReading(1, atMs));
    expect(smoothReading(1, atMs)).not.toEqual(smoothReading(2, atMs));
  });
});
