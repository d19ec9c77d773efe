import type { Size } from './picture.contract.js';

/** What a picture must fit into; an absent side is not limited. */
export type Box = { [Side in keyof Size]?: Size[Side] | undefined };

/**
 * The size of a picture inside a box: its shape kept, never larger than it is, at least one pixel. The fraction of the
 * shorter side is cut off, as document 003's server did: its displays were laid out by that.
 */
export function fitted({ width, height }: Size, { width: maxWidth = width, height: maxHeight = height }: Box): Size {
  if (width <= maxWidth && height <= maxHeight) return { width, height };
  // In whole numbers: width * (maxWidth / width) may come out a hair below maxWidth.
  return maxWidth * height <= maxHeight * width
    ? { width: maxWidth, height: Math.max(1, Math.floor((height * maxWidth) / width)) }
    : { width: Math.max(1, Math.floor((width * maxHeight) / height)), height: maxHeight };
}
