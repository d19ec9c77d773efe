import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { lvglImage } from './lvgl-image.js';
import { fitsHeader, lvglBytes, lvglHeader, lvglPixels } from './lvgl-image.rules.js';

const bytes = (text: string) => Buffer.from(text.replaceAll(/\s+/g, ''), 'hex');

/** Written by hand: red, green that half shines through, blue; white, black, nothing at all. */
const picture = {
  width: 3,
  height: 2,
  rgba: bytes(`
    ff0000ff 00ff0080 0000ffff
    ffffffff 000000ff 00000000
  `),
};

describe('an LVGL image', () => {
  it('in ARGB8888 is a header and B, G, R, A of each pixel', async () => {
    expect(await buffer(lvglImage('ARGB8888', picture))).toEqual(
      bytes(`
        19 10 0000 0300 0200 0c00 0000
        0000ffff 00ff0080 ff0000ff
        ffffffff 000000ff 00000000
      `),
    );
  });

  it('in RGB565 is a header and 16 bits of each pixel, the lower byte first, over black', async () => {
    // Green 0xff at alpha 0x80 is 0x80 over black: 0b100000 of six bits, 0x0400.
    expect(await buffer(lvglImage('RGB565', picture))).toEqual(
      bytes(`
        19 12 0000 0300 0200 0600 0000
        00f8 0004 1f00
        ffff 0000 0000
      `),
    );
  });

  it('has rows without padding, whatever their length', () => {
    expect(lvglHeader('RGB565', { width: 1, height: 1 })).toEqual(bytes('19 12 0000 0100 0100 0200 0000'));
    expect(lvglHeader('ARGB8888', { width: 320, height: 240 })).toEqual(bytes('19 10 0000 4001 f000 0005 0000'));
  });

  it.each([
    ['000000', '0000'],
    ['ffffff', 'ffff'],
    ['080000', '0008'],
    ['070000', '0000'],
    ['000400', '2000'],
    ['000300', '0000'],
    ['000008', '0100'],
    ['123456', 'aa11'],
    ['f8fcf8', 'ffff'],
  ])('in RGB565 has the upper bits of #%s', (color, expected) => {
    expect(lvglPixels('RGB565', bytes(`${color}ff`)).toString('hex')).toBe(expected);
  });

  it('is sent in pieces that make the whole', async () => {
    const size = { width: 300, height: 200 };
    const rgba = Uint8Array.from({ length: size.width * size.height * 4 }, (_, n) => (n * 7919) % 251);
    const image = await buffer(lvglImage('ARGB8888', { ...size, rgba }));
    expect(image.length).toBe(lvglBytes('ARGB8888', size));
    const back = Buffer.from(image.subarray(12));
    for (let at = 0; at < back.length; at += 4) back.set([back[at + 2] ?? 0, back[at + 1] ?? 0, back[at] ?? 0], at);
    expect(back.equals(rgba)).toBe(true);
  });

  it('is as large as sixteen bits can say, and no larger', () => {
    expect(fitsHeader('ARGB8888', { width: 16_383, height: 65_535 })).toBe(true);
    expect(fitsHeader('ARGB8888', { width: 16_384, height: 1 })).toBe(false);
    expect(fitsHeader('RGB565', { width: 32_767, height: 1 })).toBe(true);
    expect(fitsHeader('RGB565', { width: 32_768, height: 1 })).toBe(false);
    expect(fitsHeader('RGB565', { width: 1, height: 65_536 })).toBe(false);
  });
});
