import type { Size } from '../picture.contract.js';

/** Version 9's mark: older versions take what follows for something else. */
const magic = 0x19;
/** Not premultiplied, not compressed. */
const flags = 0;
export const headerBytes = 12;
/** Width, height and stride have 16 bits each. */
const maxField = 0xffff;

interface ColorFormat {
  /** As `lv_color_format_t` numbers it. */
  code: number;
  bytesPerPixel: number;
  /** Writes all pixels of RGBA bytes. */
  pack(rgba: Uint8Array, out: Buffer): void;
}

/** The formats that we make. */
export const colorFormats = {
  ARGB8888: { code: 0x10, bytesPerPixel: 4, pack: packArgb8888 },
  RGB565: { code: 0x12, bytesPerPixel: 2, pack: packRgb565 },
} as const satisfies Record<string, ColorFormat>;
export type ColorFormatName = keyof typeof colorFormats;

/** One little-endian number 0xAARRGGBB a pixel. */
function packArgb8888(rgba: Uint8Array, out: Buffer): void {
  for (let at = 0; at < out.length; at += 4) {
    out[at] = rgba[at + 2] ?? 0;
    out[at + 1] = rgba[at + 1] ?? 0;
    out[at + 2] = rgba[at] ?? 0;
    out[at + 3] = rgba[at + 3] ?? 0;
  }
}

/**
 * The upper bits of each colour, as lv_color_to_u16 takes them, in one little-endian number. There is no alpha: what
 * shines through is black, as in LVGL's own converter.
 */
function packRgb565(rgba: Uint8Array, out: Buffer): void {
  for (let at = 0, from = 0; at < out.length; at += 2, from += 4) {
    const alpha = rgba[from + 3] ?? 0;
    const red = overBlack(rgba[from] ?? 0, alpha);
    const green = overBlack(rgba[from + 1] ?? 0, alpha);
    const blue = overBlack(rgba[from + 2] ?? 0, alpha);
    out.writeUInt16LE(((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3), at);
  }
}

function overBlack(color: number, alpha: number): number {
  return Math.round((color * alpha) / 255);
}

/** How long a picture's image is, header and all. */
export function lvglBytes(name: ColorFormatName, { width, height }: Size): number {
  return headerBytes + width * height * colorFormats[name].bytesPerPixel;
}

/** Whether the header can say how large it is. */
export function fitsHeader(name: ColorFormatName, { width, height }: Size): boolean {
  return width * colorFormats[name].bytesPerPixel <= maxField && height <= maxField;
}

/**
 * The header of a binary image of LVGL 9, all little-endian: magic u8, colour format u8, flags u16, width u16, height u16,
 * stride u16 (bytes from one row to the next; rows are not padded), reserved u16.
 */
export function lvglHeader(name: ColorFormatName, { width, height }: Size): Buffer {
  const { code, bytesPerPixel } = colorFormats[name];
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(magic, 0);
  header.writeUInt8(code, 1);
  header.writeUInt16LE(flags, 2);
  header.writeUInt16LE(width, 4);
  header.writeUInt16LE(height, 6);
  header.writeUInt16LE(width * bytesPerPixel, 8);
  return header;
}

/** Whole pixels of R, G, B, A as the format has them. */
export function lvglPixels(name: ColorFormatName, rgba: Uint8Array): Buffer {
  const { bytesPerPixel, pack } = colorFormats[name];
  const out = Buffer.allocUnsafe((rgba.length / 4) * bytesPerPixel);
  pack(rgba, out);
  return out;
}
