import { Readable } from 'node:stream';
import type { Picture } from '../picture.contract.js';
import { lvglHeader, lvglPixels, type ColorFormatName } from './lvgl-image.rules.js';

/** Of RGBA: some 16,000 pixels, a fraction of a millisecond of work. */
const sliceBytes = 64 * 1024;

/**
 * A picture as the bytes of an LVGL image, made while they are sent: sixteen million pixels at once would hold up every
 * other request for a tenth of a second.
 */
export function lvglImage(format: ColorFormatName, picture: Picture): Readable {
  return Readable.from(piecesOf(format, picture), { objectMode: false });
}

function* piecesOf(format: ColorFormatName, picture: Picture): Generator<Buffer> {
  yield lvglHeader(format, picture);
  for (let from = 0; from < picture.rgba.length; from += sliceBytes) {
    yield lvglPixels(format, picture.rgba.subarray(from, from + sliceBytes));
  }
}
