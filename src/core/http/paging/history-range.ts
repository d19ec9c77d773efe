import { ValidationFailed } from '../../errors/validation-failed.js';
import { idFloor } from '../../ids/uuid-v7.js';

/*
 * Histories are read from the newest entry down, by their UUIDv7 ids: a time range is a range of ids, so PostgreSQL
 * leaves out every partition beyond it, and a page deep in the past costs what the first one does.
 */

/** Where an entry stands. `seq` tells entries of one id apart; 0 where the id alone does. */
export interface HistoryKey {
  id: string;
  seq: number;
}

/** Entries at or above `floor` and below `before`. */
export interface HistoryRange {
  floor: string;
  before: HistoryKey;
}

const lastMs = 2 ** 48 - 1;
const aboveAll: HistoryKey = { id: 'ffffffff-ffff-ffff-ffff-ffffffffffff', seq: 0 };

/** All of a history within a time range: what is counted, whatever the page. */
export function wholeRangeOf({ from, to }: { from?: string; to?: string }): HistoryRange {
  return {
    floor: from === undefined ? idFloor(0) : floorOf('from', from),
    before: to === undefined ? aboveAll : { id: floorOf('to', to), seq: 0 },
  };
}

/** What of it is left after the cursor. */
export function rangeOf(query: { from?: string; to?: string; cursor?: string }): HistoryRange {
  const whole = wholeRangeOf(query);
  const cursor = query.cursor === undefined ? whole.before : keyOf(query.cursor);
  return { ...whole, before: isBelow(cursor, whole.before) ? cursor : whole.before };
}

/** Opaque to clients: the 16 bytes of the id and 2 of the number, in base64url. */
export function cursorOf({ id, seq }: HistoryKey): string {
  const bytes = Buffer.alloc(18);
  bytes.write(id.replaceAll('-', ''), 'hex');
  bytes.writeUInt16BE(seq, 16);
  return bytes.toString('base64url');
}

function keyOf(cursor: string): HistoryKey {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== 18) throw new ValidationFailed([{ path: 'cursor', message: 'must be as the Link header said' }]);
  const hex = bytes.toString('hex', 0, 16);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { id, seq: bytes.readUInt16BE(16) };
}

function floorOf(path: string, time: string): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) throw new ValidationFailed([{ path, message: 'is a time that never was' }]);
  return idFloor(Math.min(Math.max(ms, 0), lastMs));
}

/** UUIDs as text sort as PostgreSQL sorts them. */
function isBelow(a: HistoryKey, b: HistoryKey): boolean {
  return a.id < b.id || (a.id === b.id && a.seq < b.seq);
}
