import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvCell, unguarded } from '../../../core/csv/csv-cell.rules.js';
import { columnsOf, givenOf, listCell } from './csv-columns.rules.js';

const header = (...cells: string[]) => columnsOf(cells);

describe('a cell that is exported', () => {
  it.each(['=1+1', '+49 30 1234', '-5 degrees', '@here', '\tindented', "'=quoted", "it's", '', ' a ', 'a,b;c "d"'])(
    'is read back as it was: %j',
    (text) => {
      const cell = csvCell(text);
      const plain = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(unguarded(plain)).toBe(text);
    },
  );

  it('is never a formula', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = csvCell(text).replace(/^"/, '');
        expect(plain).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });

  it('may be a negative number', () => {
    expect(csvCell(-33.8)).toBe('-33.8');
  });
});

describe('a header', () => {
  it('is understood as people write it', () => {
    const names = header('Device Name', 'DevEUI', 'mac-address', 'Serial Number', 'Join EUI', 'Tags', 'Lat', 'LNG');
    expect(names.map(({ name }) => name)).toEqual([
      ...['name', 'dev_eui', 'mac', 'serial', 'app_eui', 'labels', 'latitude', 'longitude'],
    ]);
  });

  it.each([
    ['names a column that there is not', ['name', 'colour'], 'colour'],
    ['names a column twice', ['name', 'deveui', 'dev_eui'], 'dev_eui'],
    ['has no names of devices', ['dev_eui'], 'name'],
  ])('is refused where it %s', (_, cells, named) => {
    expect(() => header(...cells)).toThrow(named);
  });
});

describe('a row', () => {
  it('says what its cells say, and nothing where they are empty', () => {
    const columns = header('name', 'serial', 'labels', 'lat', 'lon', 'location_source', 'metadata', 'description');
    const cells = ['Barn', '', 'north | dry|', '-33.8', '18,4', 'gps', '{"a":1}', "'=note"];
    expect(givenOf(columns, cells, 7)).toEqual({
      row: 7,
      given: {
        name: 'Barn',
        labels: ['north', 'dry'],
        location: { latitude: -33.8, longitude: 18.4, source: 'gps' },
        metadata: { a: 1 },
        description: '=note',
      },
      errors: [],
    });
  });

  it('is faulty where it has too many cells or what is no JSON, and keeps what is no number for the validation', () => {
    expect(givenOf(header('name'), ['a', 'b'], 2).errors).toEqual([{ path: '', message: expect.any(String) }]);
    expect(givenOf(header('name', 'metadata'), ['a', '{'], 2).errors).toEqual([
      { path: 'metadata', message: 'must be JSON' },
    ]);
    expect(givenOf(header('name', 'expected_interval'), ['a', 'ten'], 2).given).toEqual({
      name: 'a',
      expected_transmit_time: 'ten',
    });
  });

  it.each([[['a', 'b c']], [['a|b', 'c']], [['[a']], [[' a']], [[]]])('has a list of names as it was: %j', (names) => {
    const columns = header('name', 'labels');
    const { given } = givenOf(columns, ['x', listCell(names)], 2);
    expect(given['labels'] ?? []).toEqual(names);
  });
});
