import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { delimiterOf } from '../../../core/csv/csv-delimiter.rules.js';
import { columnsOf, givenOf } from './csv-columns.rules.js';
import { ImportUnreadable } from './device-import.errors.js';
import { maxRowCharacters, type GivenRow } from './given-row.js';

/** The rows of a CSV file (RFC 4180; semicolons and tabs too), one after the other while it comes in. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<GivenRow> {
  const { begin, rest } = await firstLineOf(text);
  const parser = parse({
    delimiter: delimiterOf(begin),
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: maxRowCharacters,
  });
  // What goes wrong with the source ends the parser with the same error.
  pipeline(Readable.from(rest), parser, () => undefined);
  let header: ReturnType<typeof columnsOf> | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Counted }>) {
      if (header === undefined) header = columnsOf(record);
      else if (record.some((cell) => cell.trim() !== ''))
        yield givenOf(header, record, info.records + info.empty_lines);
    }
  } catch (error) {
    throw error instanceof CsvError ? new ImportUnreadable(`this is no CSV: ${error.message}`) : error;
  }
  if (header === undefined) throw new ImportUnreadable('the file is empty');
}

interface Counted {
  records: number;
  empty_lines: number;
}

/** Enough of the file to see its header, and the whole file again. */
async function firstLineOf(text: AsyncIterable<string>): Promise<{ begin: string; rest: AsyncIterable<string> }> {
  const source = text[Symbol.asyncIterator]();
  let begin = '';
  while (!/\S[^\n]*\n/.test(begin) && begin.length < maxRowCharacters) {
    const next = await source.next();
    if (next.done === true) break;
    begin += next.value;
  }
  async function* whole(): AsyncGenerator<string> {
    if (begin !== '') yield begin;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  }
  return { begin, rest: whole() };
}
