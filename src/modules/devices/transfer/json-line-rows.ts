import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { maxRowCharacters, type GivenRow } from './given-row.js';

/** The rows of a file of JSON lines, one after the other while it comes in. A line that is no object is a row with an error. */
export async function* jsonLineRows(text: AsyncIterable<string>): AsyncGenerator<GivenRow> {
  let row = 0;
  let line = '';
  let isTooLong = false;
  for await (const piece of text) {
    const [first = '', ...others] = piece.split('\n');
    for (const [index, part] of [first, ...others].entries()) {
      if (index > 0) {
        yield* rowOf((row += 1), line, isTooLong);
        line = '';
        isTooLong = false;
      }
      isTooLong ||= line.length + part.length > maxRowCharacters;
      if (!isTooLong) line += part;
    }
  }
  yield* rowOf(row + 1, line, isTooLong);
}

function* rowOf(row: number, line: string, isTooLong: boolean): Generator<GivenRow> {
  if (isTooLong)
    yield { row, given: {}, errors: [{ path: '', message: `is longer than ${maxRowCharacters} characters` }] };
  else if (line.trim() !== '') yield { row, ...objectOf(line) };
}

function objectOf(line: string): Omit<GivenRow, 'row'> {
  try {
    const given: unknown = JSON.parse(line);
    if (isPlainObject(given)) return { given, errors: [] };
  } catch {
    // Told below, like everything else that is no object.
  }
  return { given: {}, errors: [{ path: '', message: 'must be a JSON object' }] };
}
