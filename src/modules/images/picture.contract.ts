/** What a picture measures, in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A decoded picture: R, G, B, A of each pixel, row after row from the top, colours not multiplied by alpha. */
export interface Picture extends Size {
  rgba: Uint8Array;
}
