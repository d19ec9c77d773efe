import { describe, expect, it } from '@jest/globals';
import {
  checkAtOf,
  devEuiPattern,
  deviceUuidPattern,
  macPattern,
  normalMac,
  plainLatest,
  statusOf,
} from './device.rules.js';

const now = new Date(Date.UTC(2026, 10, 20, 12));
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

describe('a MAC address', () => {
  it.each(['AA:BB:CC:DD:EE:0F', 'aa-bb-cc-dd-ee-0f', 'aabbccddee0F'])('may be written %s', (text) => {
    expect(macPattern.test(text)).toBe(true);
    expect(normalMac(text)).toBe('aa-bb-cc-dd-ee-0f');
  });

  it.each(['aa:bb-cc:dd:ee:ff', 'aa:bb:cc:dd:ee', 'aabbccddeeff00', 'gg:bb:cc:dd:ee:ff', 'aa:bbccddeeff', ''])(
    'may not be written "%s"',
    (text) => {
      expect(macPattern.test(text)).toBe(false);
    },
  );
});

describe('identities', () => {
  it('take a DevEUI in either case, of 16 digits exactly', () => {
    expect(['24e124136d151234', '24E124136D151234'].every((text) => devEuiPattern.test(text))).toBe(true);
    expect(['24e124136d15123', '24e124136d1512345', '24e124136d15123g'].some((text) => devEuiPattern.test(text))).toBe(
      false,
    );
  });

  it('take what devices call themselves as a uuid', () => {
    expect(
      ['6f9619ff-8b86-d011-b42d-00c04fc964ff', 'pi-4.local', 'A_1'].every((text) => deviceUuidPattern.test(text)),
    ).toBe(true);
    expect(['', 'a b', 'x'.repeat(65), 'ä'].some((text) => deviceUuidPattern.test(text))).toBe(false);
  });
});

describe('statusOf', () => {
  it.each([
    ['never seen without a message', null, 60, 'never_seen'],
    ['online for ever when nothing is expected', minutesAgo(100_000), null, 'online'],
    ['online within the expected time', minutesAgo(60), 60, 'online'],
    ['offline after it', minutesAgo(60.1), 60, 'offline'],
  ] as const)('is %s', (_, seen, expected, status) => {
    expect(statusOf(seen, expected, now)).toBe(status);
  });
});

describe('checkAtOf', () => {
  it('is when an online device would be late', () => {
    expect(checkAtOf('online', minutesAgo(10), 60, now)).toEqual(minutesAgo(-50));
  });

  it('comes round again for a device that is offline or was never seen: its next uplink does not set it', () => {
    expect(checkAtOf('never_seen', null, 60, now)).toEqual(minutesAgo(-60));
    expect(checkAtOf('offline', minutesAgo(500), 60, now)).toEqual(minutesAgo(-60));
  });

  it('never comes in maintenance, nor when nothing is expected', () => {
    expect(checkAtOf('maintenance', minutesAgo(10), 60, now)).toBeNull();
    expect(checkAtOf('online', minutesAgo(10), null, now)).toBeNull();
  });
});

describe('plainLatest', () => {
  it('leaves out the times that decide between values', () => {
    expect(plainLatest({ temperature: [21.5, 1, 7], door: [null, 2, null] })).toEqual({
      temperature: 21.5,
      door: null,
    });
  });
});
