import { createHash, randomFillSync } from 'node:crypto';

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
  const bytes = Buffer.from(pool.subarray(poolOffset, poolOffset + 16));
  poolOffset += 16;
  return format(bytes, timeMs);
}

/** The one id of these parts at this time: the same parts always give the same id. */
export function derivedId(timeMs: number, ...parts: (string | number)[]): string {
  const bytes = createHash('sha256').update(parts.join('\u001f')).digest().subarray(0, 16);
  return format(bytes, timeMs);
}

/** 128 bits of SHA-256 as PostgreSQL's uuid type takes them; not a UUIDv7, only a narrow key. */
export function hashKey(...parts: (string | number)[]): string {
  return dashed(createHash('sha256').update(parts.join('\u001f')).digest('hex').slice(0, 32));
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

function format(bytes: Buffer, timeMs: number): string {
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  return dashed(bytes.toString('hex'));
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
