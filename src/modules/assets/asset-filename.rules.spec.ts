import { describe, expect, it } from '@jest/globals';
import { canonicalFilename, whyNotFilename } from './asset-filename.rules.js';

describe('whyNotFilename', () => {
  it.each([
    'firmware.bin',
    'a',
    'firmware.tar.gz.exe',
    'Übersicht größer.png',
    '温度计.bin',
    '🌡️.png',
    "it's 50% off?.bin",
    'CON.txt',
    'x'.repeat(100),
  ])('takes %j', (name) => {
    expect(whyNotFilename(name)).toBeUndefined();
  });

  it.each([
    ['', 'empty'],
    ['../etc/passwd', 'slash'],
    ['a/b.bin', 'slash'],
    ['..\\windows', 'backslash'],
    ['a..bin', 'two dots'],
    ['..', 'two dots'],
    ['.', 'dot'],
    ['.htaccess', 'dot'],
    ['a\u0000.bin', 'seen'],
    ['a\r\nb', 'seen'],
    ['invoice\u202egnp.exe', 'seen'],
    ['a\u200bb', 'seen'],
    ['\ud800.bin', 'UTF-8'],
    [' a.bin', 'white space'],
    ['a.bin\u00a0', 'white space'],
    ['x'.repeat(101), 'longer'],
  ])('refuses %j', (name, why) => {
    expect(whyNotFilename(name)).toContain(why);
  });
});

describe('canonicalFilename', () => {
  it('makes one name of two spellings', () => {
    expect(canonicalFilename('cafe\u0301.bin')).toBe('caf\u00e9.bin');
    expect(canonicalFilename('caf\u00e9.bin')).toBe('caf\u00e9.bin');
  });
});
