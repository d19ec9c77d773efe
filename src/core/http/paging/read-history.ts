import { CursorPage } from './cursor-page.js';
import { cursorOf, rangeOf, type HistoryKey, type HistoryRange } from './history-range.js';

/** An answer ends early rather than grow beyond this; its Link leads on. Most pages have a hundredth of it. */
const maxPageCharacters = 16 * 1024 * 1024;
/** The default page at once; larger ones in parts, so that megabytes an entry are never in memory a thousand times. */
const rowsAtOnce = 100;

/** Which rows of a history are read at once: those within the range, after `skip` of them. */
export interface HistorySlice {
  range: HistoryRange;
  skip: number;
  limit: number;
}

/** How one history is read. */
export interface HistorySource<Row, Entry> {
  /** Newest first. */
  read: (slice: HistorySlice) => Promise<readonly Row[]>;
  keyOf: (row: Row) => HistoryKey;
  /** One entry per row, in their order. */
  show: (rows: readonly Row[]) => readonly Entry[] | Promise<readonly Entry[]>;
  /** Of the whole history, whatever the page. */
  count: () => Promise<number>;
}

interface PageRequest {
  from?: string;
  to?: string;
  cursor?: string;
  skip: number;
  limit: number;
  count: boolean;
}

/** Reads the page that a query asks for. */
export async function readHistory<Row, Entry>(
  query: PageRequest,
  source: HistorySource<Row, Entry>,
): Promise<CursorPage<Entry>> {
  const entries: Entry[] = [];
  let { skip } = query;
  let range = rangeOf(query);
  let room = maxPageCharacters;
  let next: HistoryKey | null;
  do {
    const wanted = Math.min(rowsAtOnce, query.limit - entries.length);
    // The surplus row only says that there is a next page.
    const rows = await source.read({ range, skip, limit: wanted + 1 });
    const shown = fitting(await source.show(rows.slice(0, wanted)), room);
    entries.push(...shown.entries);
    room -= shown.characters;
    const last = rows[shown.entries.length - 1];
    next = last !== undefined && rows.length > shown.entries.length ? source.keyOf(last) : null;
    if (next !== null) range = { ...range, before: next };
    skip = 0;
  } while (next !== null && room > 0 && entries.length < query.limit);
  const total = query.count ? await source.count() : undefined;
  return new CursorPage(entries, next === null ? null : cursorOf(next), total);
}

/** The first entries as far as there is room, the one that fills it included: a page is never empty for its weight. */
function fitting<Entry>(shown: readonly Entry[], room: number): { entries: readonly Entry[]; characters: number } {
  let characters = 0;
  for (const [index, entry] of shown.entries()) {
    characters += JSON.stringify(entry).length;
    if (characters >= room) return { entries: shown.slice(0, index + 1), characters };
  }
  return { entries: shown, characters };
}
