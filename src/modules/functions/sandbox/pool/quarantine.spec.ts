import { beforeEach, describe, expect, it } from '@jest/globals';
import { Quarantine } from './quarantine.js';

describe('Quarantine', () => {
  let nowMs = 0;
  let quarantine: Quarantine;

  beforeEach(() => {
    nowMs = 1_000_000;
    quarantine = new Quarantine(5, 60_000, () => nowMs);
  });

  function hit(times: number): void {
    for (let n = 0; n < times; n++) quarantine.record('f', 'sandbox.timeout');
  }

  it('begins with the fifth limit in a row and lasts sixty seconds', () => {
    hit(4);
    expect(quarantine.remainingMs('f')).toBe(0);
    hit(1);
    expect(quarantine.remainingMs('f')).toBe(60_000);
    nowMs += 59_999;
    expect(quarantine.remainingMs('f')).toBe(1);
    nowMs += 1;
    expect(quarantine.remainingMs('f')).toBe(0);
  });

  it('begins anew with the first limit after it ended, until the function behaves once', () => {
    hit(5);
    nowMs += 60_000;
    hit(1);
    expect(quarantine.remainingMs('f')).toBe(60_000);
    nowMs += 60_000;
    quarantine.record('f', undefined);
    hit(4);
    expect(quarantine.remainingMs('f')).toBe(0);
  });

  it('says when it begins, and how many stay out', () => {
    const outcomes = Array.from({ length: 6 }, () => quarantine.record('f', 'sandbox.timeout'));
    expect(outcomes).toEqual([0, 0, 0, 0, 60_000, 60_000]);
    expect(quarantine.size).toBe(1);
    nowMs += 60_000;
    expect(quarantine.size).toBe(0);
    expect(quarantine.record('f', 'sandbox.threw')).toBe(0);
  });

  it('counts only limits, each function for itself', () => {
    for (let n = 0; n < 9; n++) quarantine.record('f', 'sandbox.threw');
    hit(4);
    quarantine.record('g', 'sandbox.memory');
    quarantine.record('f', 'sandbox.threw');
    hit(4);
    expect(quarantine.remainingMs('f')).toBe(0);
    expect(quarantine.isSuspect('f')).toBe(true);
    expect(quarantine.isSuspect('h')).toBe(false);
  });
});
