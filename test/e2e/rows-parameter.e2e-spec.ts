import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { RowsParameter } from '../../src/core/database/rows-parameter.js';
import { isRowsFault } from '../../src/core/database/sql-state.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const rows = new RowsParameter(
  'r',
  [
    ['id', 'uuid'],
    ['name', 'text'],
    ['document', 'jsonb'],
    ['body', 'bytea'],
    ['at', 'timestamptz'],
    ['big', 'bigint'],
    ['whole', 'integer'],
    ['small', 'smallint'],
    ['flag', 'boolean'],
  ] as const,
  1,
);

/** What is written in PostgreSQL's binary format here is read by PostgreSQL. */
describe('rows as arrays', () => {
  let database: TestDatabase;
  let pool: HotPool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new HotPool(
      loadSettings({ DATABASE_URL: database.url, SECRET_KEY: 'a key that is long enough for checks' }),
    );
  });
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  const readBack = (given: Parameters<typeof rows.values>[0]) =>
    pool.query(
      `SELECT id, name, document::text, body, at, big::text, whole, small, flag FROM ${rows.sql}`,
      rows.values(given),
    );
  const nothing = {
    ...{ id: null, name: null, document: null, body: null, at: null },
    ...{ big: null, whole: null, small: null, flag: null },
  };
  const aRow = {
    id: '019aa0c3-5c00-7abc-8def-0123456789ab',
    name: 'a sensor',
    document: '{"t": [1, null]}',
    body: Buffer.from([0, 1, 255]),
    at: new Date('2026-11-21T01:02:03.456Z'),
    big: 4_294_967_295,
    whole: -7,
    small: 32_767,
    flag: true,
  };

  it('come back as they were', async () => {
    expect(await readBack([aRow])).toEqual([{ ...aRow, big: '4294967295' }]);
  });

  it('may be none, equal, and full of nulls', async () => {
    expect(await readBack([])).toEqual([]);
    const same = { ...aRow, big: '4294967295' };
    expect(await readBack([aRow, aRow, nothing, aRow])).toEqual([same, same, nothing, same]);
  });

  it.each([
    ['times before 2000', { at: new Date('1969-12-31T23:59:59.999Z') }, {}],
    ['text of any alphabet', { name: 'Fühler 温度 🌡' }, {}],
    ['half a character as what it can only be', { name: 'a\ud800b' }, { name: 'a\ufffdb' }],
    ['negative counters', { big: -5 }, { big: '-5' }],
    ['large counters', { big: 9_007_199_254_740_991 }, { big: '9007199254740991' }],
    ['ids in capitals', { id: aRow.id.toUpperCase() }, { id: aRow.id }],
    ['long bodies', { body: Buffer.alloc(100_000, 7) }, {}],
  ])('hold %s', async (_, given, expected) => {
    const [row] = await readBack([{ ...aRow, ...given }]);
    expect(row).toEqual({ ...aRow, big: '4294967295', ...given, ...expected });
  });

  it.each([
    ['a number out of range', { small: 32_768 }],
    ['half a number', { whole: 1.5 }],
    ['no date', { at: new Date(Number.NaN) }],
    ['no UUID', { id: '019aa0c3-5c00-7abc-8def-0123456789' }],
    ['letters that are no hex', { id: '019aa0c3-5c00-7abc-8def-0123456789zz' }],
    ['text with a NUL', { name: 'a\0b' }],
    ['no JSON', { document: '{' }],
  ])('blame the row for %s, as PostgreSQL does', async (_, given) => {
    const error: unknown = await Promise.resolve()
      .then(() => readBack([{ ...aRow, ...given }]))
      .catch((caught: unknown) => caught);
    expect(isRowsFault(error)).toBe(true);
  });
});
