import { crc32 } from 'node:zlib';
import type { JournalRow } from '../journal.statement.js';

/*
 * A spool file is a head and then one record a message:
 *
 *   head    "FLSPOOL1" | the file's marker, 8 random bytes
 *   record  the marker | length of the rest, u32 | CRC-32 of the rest, u32 | length of the fields, u32 | fields as JSON | body
 *
 * Numbers are big-endian. By the marker a reader finds the next record behind bytes that a disk has spoilt. It is random
 * because bodies come from strangers: one that contains a whole record must not be read as one when its own is cut short.
 */
const magic = Buffer.from('FLSPOOL1');
export const markerBytes = 8;
const headBytes = magic.length + markerBytes;
const frameBytes = markerBytes + 8;
const fieldsLengthBytes = 4;

/** What a spool file holds. */
export interface SpoolContent {
  rows: JournalRow[];
  /** Bytes that are no record and have records behind them: a disk or a hand has spoilt answered messages. */
  damagedBytes: number;
  /** Bytes behind the last record: a write that was cut short and therefore never answered. */
  tornBytes: number;
}

type Fields = Omit<JournalRow, 'body' | 'time' | 'received_at' | 'device_id'> & {
  time: string;
  received_at: string;
  /** Absent in files of the first release. */
  device_id?: string | null;
};

export function headOf(marker: Buffer): Buffer {
  return Buffer.concat([magic, marker]);
}

export function recordOf({ body, ...fields }: JournalRow, marker: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(fields));
  const start = Buffer.alloc(frameBytes + fieldsLengthBytes);
  const rest = start.subarray(frameBytes);
  rest.writeUInt32BE(json.length);
  marker.copy(start);
  start.writeUInt32BE(rest.length + json.length + body.length, markerBytes);
  start.writeUInt32BE(
    [rest, json, body].reduce((sum, part) => crc32(part, sum), 0),
    markerBytes + 4,
  );
  return Buffer.concat([start, json, body]);
}

export function contentOf(file: Buffer): SpoolContent {
  const { records, damagedBytes, tornBytes } = recordsIn(file);
  return { rows: records.map((record) => rowOf(file, record)), damagedBytes, tornBytes };
}

/** How much a file holds, without taking the messages apart; `oldestAtMs` is null where it holds none. */
export function measure(file: Buffer): { records: number; oldestAtMs: number | null } {
  const { records } = recordsIn(file);
  const [first] = records;
  return {
    records: records.length,
    oldestAtMs: first === undefined ? null : rowOf(file, first).received_at.getTime(),
  };
}

interface Span {
  from: number;
  end: number;
}

function recordsIn(file: Buffer): { records: Span[]; damagedBytes: number; tornBytes: number } {
  const records: Span[] = [];
  if (file.length < headBytes || magic.compare(file, 0, magic.length) !== 0) {
    return { records, damagedBytes: 0, tornBytes: file.length };
  }
  const marker = file.subarray(magic.length, headBytes);
  let damagedBytes = 0;
  let tornBytes = 0;
  for (let at = headBytes; at < file.length;) {
    const record = recordAt(file, at, marker);
    if (record === null) {
      const next = file.indexOf(marker, at + 1);
      const skippedTo = next === -1 ? file.length : next;
      tornBytes += skippedTo - at;
      at = skippedTo;
    } else {
      // There is a record behind it, so what was skipped was not the end of a write.
      damagedBytes += tornBytes;
      tornBytes = 0;
      records.push(record);
      at = record.end;
    }
  }
  return { records, damagedBytes, tornBytes };
}

function recordAt(file: Buffer, at: number, marker: Buffer): Span | null {
  const from = at + frameBytes;
  if (from + fieldsLengthBytes > file.length || marker.compare(file, at, at + markerBytes) !== 0) return null;
  const end = from + file.readUInt32BE(at + markerBytes);
  if (end > file.length || crc32(file.subarray(from, end)) !== file.readUInt32BE(at + markerBytes + 4)) return null;
  return { from, end };
}

function rowOf(file: Buffer, { from, end }: Span): JournalRow {
  const fieldsFrom = from + fieldsLengthBytes;
  const bodyFrom = fieldsFrom + file.readUInt32BE(from);
  const fields = JSON.parse(file.toString('utf8', fieldsFrom, bodyFrom)) as Fields;
  return {
    ...fields,
    device_id: fields.device_id ?? null,
    time: new Date(fields.time),
    received_at: new Date(fields.received_at),
    body: file.subarray(bodyFrom, end),
  };
}
