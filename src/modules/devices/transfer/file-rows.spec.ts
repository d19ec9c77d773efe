import { describe, expect, it } from '@jest/globals';
import { csvRows } from './csv-rows.js';
import { maxFileBytes, textOf } from './file-text.js';
import type { GivenRow } from './given-row.js';
import { jsonLineRows } from './json-line-rows.js';

/** The file in pieces of a few bytes, as a slow connection brings it. */
async function* piecesOf(file: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += size) yield await Promise.resolve(file.subarray(at, at + size));
}

const read = async (reader: typeof csvRows, file: string | Buffer, size = 3): Promise<GivenRow[]> => {
  const rows: GivenRow[] = [];
  for await (const row of reader(textOf(piecesOf(Buffer.from(file), size)))) rows.push(row);
  return rows;
};
const namesOf = (rows: GivenRow[]) => rows.map(({ row, given }) => [row, given['name']]);

describe('a CSV file', () => {
  it.each([
    ['commas', 'name,serial\na,1\nb,2\n'],
    ['semicolons', 'name;serial\na;1\nb;2\n'],
    ['tabs', 'name\tserial\na\t1\nb\t2\n'],
    ['lines of Windows and a byte order mark', '\ufeffname,serial\r\na,1\r\nb,2\r\n'],
    ['no end of the last line', 'name,serial\na,1\nb,2'],
    ['quotes around everything', '"name","serial"\n"a","1"\n"b","2"\n'],
    ['empty lines', 'name,serial\na,1\nb,2\n\n , \n'],
  ])('is read with %s', async (_, file) => {
    const rows = await read(csvRows, file);
    expect(rows).toEqual([
      { row: 2, given: { name: 'a', serial: '1' }, errors: [] },
      { row: 3, given: { name: 'b', serial: '2' }, errors: [] },
    ]);
  });

  it('may hold quotes, delimiters and lines in its cells, letters cut in half by the network, and is counted as a spreadsheet does', async () => {
    const rows = await read(csvRows, 'name,site\n"a ""b"", c","x\ny"\n\nü,é\n', 1);
    expect(rows.map(({ row, given }) => [row, given])).toEqual([
      [2, { name: 'a "b", c', site: 'x\ny' }],
      [4, { name: 'ü', site: 'é' }],
    ]);
  });

  it.each([
    ['is empty', ''],
    ['leaves a quote open', 'name\n"a\n'],
    ['quotes in the middle', 'name\na"b\n'],
    ['is not UTF-8', Buffer.from('name\nM\xfcller\n', 'latin1')],
    ['has a row without end', `name\n"${'x'.repeat(70_000)}`],
  ])('is refused as a whole where it %s', async (_, file) => {
    await expect(read(csvRows, file, 1_000)).rejects.toMatchObject({ code: 'device_import.unreadable' });
  });

  it('is refused when it is too large, however little memory it takes', async () => {
    await expect(read(csvRows, Buffer.alloc(maxFileBytes + 1, 'name\n'), 65_536)).rejects.toMatchObject({
      code: 'device_import.too_large',
    });
  });
});

describe('JSON lines', () => {
  it('are read one by one, and counted with the empty ones', async () => {
    expect(namesOf(await read(jsonLineRows, '{"name":"a"}\n\r\n{"name":"ü"}\r\n{"name":"c"}', 1))).toEqual([
      [1, 'a'],
      [3, 'ü'],
      [4, 'c'],
    ]);
  });

  it.each(['{', '[]', 'null', '"a"', `"${'x'.repeat(70_000)}"`])('are faulty alone: %.10j', async (line) => {
    const rows = await read(jsonLineRows, `{"name":"a"}\n${line}\n{"name":"c"}\n`, 1_000);
    expect(namesOf(rows)).toEqual([
      [1, 'a'],
      [2, undefined],
      [3, 'c'],
    ]);
    expect(rows[1]?.errors).toEqual([{ path: '', message: expect.any(String) }]);
  });
});
