const starts = {
  png: [[0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]],
  jpeg: [[0, [0xff, 0xd8, 0xff]]],
  gif: [[0, [0x47, 0x49, 0x46, 0x38]]],
  webp: [
    [0, [0x52, 0x49, 0x46, 0x46]],
    [8, [0x57, 0x45, 0x42, 0x50]],
  ],
} as const satisfies Record<string, readonly (readonly [at: number, bytes: readonly number[]])[]>;
export type ImageFormat = keyof typeof starts;

/**
 * What an image is by its first bytes, whatever its server says of it; undefined for what is not converted. SVG is text
 * that draws, loads and computes: it has no such beginning, and no decoder here ever sees it.
 */
export function imageFormatOf(file: Uint8Array): ImageFormat | undefined {
  const formats = Object.keys(starts) as ImageFormat[];
  return formats.find((format) =>
    starts[format].every(([at, bytes]) => bytes.every((byte, index) => file[at + index] === byte)),
  );
}
