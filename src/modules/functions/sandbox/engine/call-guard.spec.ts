import { beforeEach, describe, expect, it } from '@jest/globals';
import { CallGuard } from './call-guard.js';

describe('CallGuard', () => {
  let nowMs = 0;
  let cpuMs = 0;
  let guard: CallGuard;

  beforeEach(() => {
    [nowMs, cpuMs] = [1_000, 0];
    const limits = { cpuMs: 100, wallMs: 400, logLines: 2, logLineBytes: 4 };
    guard = new CallGuard(limits, { nowMs: () => nowMs, cpuUs: () => cpuMs * 1000 });
    guard.begin(0, 'seed');
    guard.mustStop();
  });

  /** Polls each 10 ms, of which the thread got a part. */
  function pass(ms: number, share: number): boolean {
    for (let left = ms; left > 0; left -= 10) {
      nowMs += 10;
      cpuMs += 10 * share;
      if (guard.mustStop()) return true;
    }
    return false;
  }

  it('ends a call after 100 ms of processor time', () => {
    expect(pass(90, 1)).toBe(false);
    expect(pass(10, 1)).toBe(true);
    expect(guard.wasStopped).toBe(true);
  });

  it('lets a call on a busy machine have its share, up to 400 ms', () => {
    expect(pass(390, 0.2)).toBe(false);
    expect(pass(10, 0.2)).toBe(true);
  });

  it('does not count the time for which the process was suspended', () => {
    nowMs += 60_000;
    expect(guard.mustStop()).toBe(false);
    expect(pass(90, 1)).toBe(false);
    expect(pass(10, 1)).toBe(true);
  });

  it('notices that the guest asked for the time or a random number, until the next call', () => {
    expect(guard.hasAskedTheWorld).toBe(false);
    expect(guard.readSeed()).toBe('seed');
    expect(guard.hasAskedTheWorld).toBe(true);
    guard.begin(1234.9, '');
    expect(guard.hasAskedTheWorld).toBe(false);
    expect(guard.readClockNs()).toBe(1_234_000_000n);
    expect(guard.hasAskedTheWorld).toBe(true);
  });

  it('keeps as many lines of as many bytes as it may', () => {
    for (const text of ['äää', 'b\0', 'c']) guard.log('info', Buffer.from(text));
    expect(guard.logs).toEqual([
      { level: 'log', message: 'ää' },
      { level: 'log', message: 'b\uFFFD' },
    ]);
  });
});
