import { hash, randomFillSync } from 'node:crypto';

/*
 * Every id is a UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 free bits. Histories are partitioned by it, so an
 * id says in which day's partition its row lies. Ids that must come out the same after a crash fill the free bits from
 * a hash of what they stand for instead of from chance.
 */

const pool = Buffer.alloc(16 * 256);
let poolOffset = pool.length;

/** A new random id whose first 48 bits are `timeMs`. */
export function newId(timeMs: number): string {
  if (poolOffset === pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  const at = poolOffset;
  poolOffset += 16;
  return format(pool, at, timeMs);
}

/** The one id of these parts at this time: the same parts always give the same id. */
export function derivedId(timeMs: number, ...parts: (string | number)[]): string {
  return format(hash('sha256', parts.join('\u001f'), 'buffer'), 0, timeMs);
}

/** 128 bits of SHA-256 as PostgreSQL's uuid type takes them; not a UUIDv7, only a narrow key. */
export function hashKey(...parts: (string | number)[]): string {
  return textOf(hash('sha256', parts.join('\u001f'), 'buffer'), 0);
}

/** The milliseconds that an id was made at. */
export function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The lowest id of a millisecond: every id made before `timeMs` sorts below it, every later one at or above it. */
export function idFloor(timeMs: number): string {
  return dashed(timeMs.toString(16).padStart(12, '0') + '0'.repeat(20));
}

/** The lowest id that sorts above this one. */
export function idAfter(id: string): string {
  return dashed((BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0'));
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a lower-case UUID of any version, the form PostgreSQL answers with. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

function format(bytes: Buffer, at: number, timeMs: number): string {
  bytes.writeUIntBE(timeMs, at, 6);
  bytes[at + 6] = 0x70 | (bytes.readUInt8(at + 6) & 0x0f);
  bytes[at + 8] = 0x80 | (bytes.readUInt8(at + 8) & 0x3f);
  return textOf(bytes, at);
}

const digits = Buffer.from('0123456789abcdef');
const written = Buffer.from('00000000-0000-0000-0000-000000000000');
/** Where each of sixteen bytes stands in the text. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Written in place and read at once: half of all that is made for a message are ids. */
function textOf(bytes: Buffer, at: number): string {
  for (let index = 0; index < 16; index += 1) {
    const byte = bytes[at + index] ?? 0;
    const place = places[index] ?? 0;
    written[place] = digits[byte >> 4] ?? 0;
    written[place + 1] = digits[byte & 15] ?? 0;
  }
  return written.toString('latin1');
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
