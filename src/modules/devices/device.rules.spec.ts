import { describe, expect, it } from '@jest/globals';
import { devEuiPattern, deviceUuidPattern, macPattern, normalMac, plainLatest } from './device.rules.js';

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

describe('plainLatest', () => {
  it('leaves out the times that decide between values', () => {
    expect(plainLatest({ temperature: [21.5, 1, 7], door: [null, 2, null] })).toEqual({
      temperature: 21.5,
      door: null,
    });
  });
});
