import { crc32, deflateSync } from 'node:zlib';

/** How many bits a sample has, and what samples a pixel has: 0 grey, 2 RGB, 3 palette, 6 RGBA. */
interface PngKind {
  bits?: number;
  color?: 0 | 2 | 3 | 6;
  /** Chunks between the header and the pixels. */
  chunks?: Buffer[];
}

/** A PNG of rows of samples as they are stored, so that a test says every byte of its picture. */
export function png(
  width: number,
  rows: readonly (string | Buffer)[],
  { bits = 8, color = 6, chunks = [] }: PngKind = {},
): Buffer {
  const lines = rows.map((row) => Buffer.concat([Buffer.from([0]), typeof row === 'string' ? bytesOf(row) : row]));
  return pngOf(header(width, rows.length, bits, color), ...chunks, pngChunk('IDAT', deflateSync(Buffer.concat(lines))));
}

/** A few bytes that say that they are a picture of this size. */
export function pngBomb(width: number, height: number): Buffer {
  return pngOf(header(width, height, 8, 6), pngChunk('IDAT', deflateSync(Buffer.alloc(1024))));
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([word(data.length), body, word(crc32(body))]);
}

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s+/g, ''), 'hex');
}

function pngOf(...chunks: Buffer[]): Buffer {
  return Buffer.concat([bytesOf('89504e470d0a1a0a'), ...chunks, pngChunk('IEND', Buffer.alloc(0))]);
}

function header(width: number, height: number, bits: number, color: number): Buffer {
  return pngChunk('IHDR', Buffer.concat([word(width), word(height), Buffer.from([bits, color, 0, 0, 0])]));
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
