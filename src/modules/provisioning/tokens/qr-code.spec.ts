import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { qrCodeOf } from './qr-code.js';

type Scan = (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
// A CommonJS bundle without an export that modules could import by name.
const scan = createRequire(import.meta.url)('jsqr') as Scan;

const pixelsPerModule = 4;

/** Draws the path of unit squares, as a browser does: dark on white. */
function drawn(svg: string): { pixels: Uint8ClampedArray; side: number } {
  const side = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]) * pixelsPerModule;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let dy = 0; dy < pixelsPerModule; dy += 1) {
      const row = Number(y) * pixelsPerModule + dy;
      const from = (row * side + Number(x) * pixelsPerModule) * 4;
      for (let at = from; at < from + pixelsPerModule * 4; at += 4) pixels.fill(0, at, at + 3);
    }
  }
  return { pixels, side };
}

describe('qrCodeOf', () => {
  it.each(['flt_9f86d081884c7d65_0123456789abcdefghijABCDEFGHIJ', 'https://iot.example/?a=%20b', 'A'.repeat(300)])(
    'is read by a scanner: %s',
    (text) => {
      const [kind, base64 = ''] = qrCodeOf(text).split(',');
      expect(kind).toBe('data:image/svg+xml;base64');
      const { pixels, side } = drawn(Buffer.from(base64, 'base64').toString());
      expect(scan(pixels, side, side)?.data).toBe(text);
    },
  );
});
