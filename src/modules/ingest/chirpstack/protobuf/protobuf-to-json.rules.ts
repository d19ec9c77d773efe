import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { FieldShape, MessageShape, ValueKind } from './message-shape.js';

type JsonObject = Record<string, unknown>;

/** As deep as protobuf's own readers go. */
const maxDepth = 100;

/**
 * A protobuf message as the JSON that ChirpStack would have sent: bytes as base64, enums by name, times with nanoseconds,
 * an absent value as its default where its JSON writes defaults. What the shape does not know is skipped.
 *
 * @throws Error where the bytes are no such message
 */
export function protobufToJson(bytes: Uint8Array, shape: MessageShape, depth = 0): JsonObject {
  if (depth > maxDepth) throw new Error('the message is nested too deeply');
  const reader = new BinaryReader(bytes);
  const read: JsonObject = {};
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = shape.fields[number];
    if (field === undefined || wireType !== wireTypeOf(field)) reader.skip(wireType, number);
    else take(read, field, reader, depth);
  }
  return inOrder(read, shape);
}

function take(read: JsonObject, field: FieldShape, reader: BinaryReader, depth: number): void {
  const { name, kind, many } = field;
  if (many === 'map') {
    const entry = protobufToJson(reader.bytes(), entryShape, depth + 1);
    const entries = (read[name] ??= {}) as JsonObject;
    define(entries, String(entry['key']), entry['value']);
    return;
  }
  const value = valueOf(kind, reader, depth);
  if (many === 'list') ((read[name] ??= []) as unknown[]).push(value);
  else read[name] = value;
}

/** In the order of the shape, not of the wire, and with what is absent: one message is one text. */
function inOrder(read: JsonObject, { fields, writesDefaults }: MessageShape): JsonObject {
  return Object.fromEntries(
    Object.values(fields).flatMap((field) => {
      const value = read[field.name];
      if (writesDefaults) {
        const written = value ?? defaultOf(field);
        return written === undefined ? [] : [[field.name, written]];
      }
      return value === undefined || value === defaultOf(field) ? [] : [[field.name, value]];
    }),
  );
}

function valueOf(kind: ValueKind, reader: BinaryReader, depth: number): unknown {
  if (typeof kind === 'object') {
    if ('message' in kind) return protobufToJson(reader.bytes(), kind.message, depth + 1);
    const number = reader.int32();
    return kind.enum[number] ?? number;
  }
  switch (kind) {
    case 'string':
      return reader.string();
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.bool();
    case 'uint32':
      return reader.uint32();
    case 'int32':
      return reader.int32();
    case 'float':
      return shortestFloat(reader.float());
    case 'double':
      return reader.double();
    case 'timestamp':
      return timestampOf(reader.bytes());
    case 'duration':
      return durationOf(reader.bytes());
    case 'struct':
      return structOf(reader.bytes(), depth + 1);
  }
}

function wireTypeOf({ kind, many }: FieldShape): WireType {
  if (many === 'map') return WireType.LengthDelimited;
  if (kind === 'float') return WireType.Bit32;
  if (kind === 'double') return WireType.Bit64;
  const isVarint = kind === 'bool' || kind === 'uint32' || kind === 'int32';
  return isVarint || (typeof kind === 'object' && 'enum' in kind) ? WireType.Varint : WireType.LengthDelimited;
}

function defaultOf({ kind, many }: FieldShape): unknown {
  if (many === 'list') return [];
  if (many === 'map') return {};
  if (typeof kind === 'object') return 'enum' in kind ? kind.enum[0] : undefined;
  if (kind === 'string' || kind === 'bytes') return '';
  if (kind === 'bool') return false;
  return kind === 'timestamp' || kind === 'duration' || kind === 'struct' ? undefined : 0;
}

const entryShape: MessageShape = {
  writesDefaults: true,
  fields: { 1: { name: 'key', kind: 'string' }, 2: { name: 'value', kind: 'string' } },
};

/** A float of 32 bits by the fewest digits that mean it: 92.13, not 92.12999725341797. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Seconds and nanoseconds, as Timestamp and Duration have them. */
function secondsOf(bytes: Uint8Array): { seconds: bigint; nanos: number } {
  const reader = new BinaryReader(bytes);
  let seconds = 0n;
  let nanos = 0;
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === 1 && wireType === WireType.Varint) seconds = BigInt(reader.int64());
    else if (number === 2 && wireType === WireType.Varint) nanos = reader.int32();
    else reader.skip(wireType, number);
  }
  return { seconds, nanos };
}

/** RFC 3339 as ChirpStack writes it; a time that no calendar has is left out. */
function timestampOf(bytes: Uint8Array): string | undefined {
  const { seconds, nanos } = secondsOf(bytes);
  const date = new Date(Number(seconds) * 1_000);
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, -'.000Z'.length)}${fraction(nanos)}+00:00`;
}

function durationOf(bytes: Uint8Array): string {
  const { seconds, nanos } = secondsOf(bytes);
  const sign = seconds < 0n || nanos < 0 ? '-' : '';
  const whole = seconds < 0n ? -seconds : seconds;
  return `${sign}${whole.toString()}${fraction(Math.abs(nanos))}s`;
}

/** None, three, six or nine digits. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = nanos.toString().padStart(9, '0');
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`;
  return digits.endsWith('000') ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

/** google.protobuf.Struct: a map of texts to values, each of which is one of six. */
function structOf(bytes: Uint8Array, depth: number): JsonObject {
  const read: JsonObject = {};
  eachPart(bytes, depth, (reader, number, wireType) => {
    if (number !== 1 || wireType !== WireType.LengthDelimited) return false;
    let key = '';
    let value: unknown = null;
    eachPart(reader.bytes(), depth + 1, (entry, part, partType) => {
      if (partType !== WireType.LengthDelimited || part > 2) return false;
      if (part === 1) key = entry.string();
      else value = structValueOf(entry.bytes(), depth + 2);
      return true;
    });
    define(read, key, value);
    return true;
  });
  return read;
}

function structValueOf(bytes: Uint8Array, depth: number): unknown {
  let value: unknown = null;
  eachPart(bytes, depth, (reader, number) => {
    if (number === 1) {
      reader.int32();
      value = null;
    } else if (number === 2) value = reader.double();
    else if (number === 3) value = reader.string();
    else if (number === 4) value = reader.bool();
    else if (number === 5) value = structOf(reader.bytes(), depth + 1);
    else if (number === 6) value = listOf(reader.bytes(), depth + 1);
    else return false;
    return true;
  });
  return value;
}

function listOf(bytes: Uint8Array, depth: number): unknown[] {
  const items: unknown[] = [];
  eachPart(bytes, depth, (reader, number) => {
    if (number !== 1) return false;
    items.push(structValueOf(reader.bytes(), depth + 1));
    return true;
  });
  return items;
}

/** `part` answers whether it has read the field; what it has not is skipped. */
function eachPart(
  bytes: Uint8Array,
  depth: number,
  part: (reader: BinaryReader, number: number, wireType: WireType) => boolean,
): void {
  // A level of JSON is up to four messages here; those of ChirpStack have two or three.
  if (depth > 4 * maxDepth) throw new Error('the message is nested too deeply');
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (!part(reader, number, wireType)) reader.skip(wireType, number);
  }
}

/** As JSON.parse does it: a key named `__proto__` is a key like any other. */
function define(target: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
