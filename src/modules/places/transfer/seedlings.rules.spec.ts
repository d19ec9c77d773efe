import { describe, expect, it } from '@jest/globals';
import { heightOf, seedlingsOf } from './seedlings.rules.js';

const place = (at: string, ...path: string[]) => ({ at, path, wanted: { name: path.at(-1) ?? '' } });

describe('seedlingsOf', () => {
  it('makes one tree of paths in any order and any case, with what is only named', () => {
    const [top, ...others] = seedlingsOf([
      place('1', 'NL', 'ZH', 'Delft'),
      place('2', 'nl', 'Drenthe'),
      place('3', 'NL'),
    ]);
    expect(others).toEqual([]);
    expect([top?.name, top?.given?.at]).toEqual(['NL', '3']);
    expect(top?.contains.map(({ name, given }) => [name, given?.at])).toEqual([['ZH', undefined], ['Drenthe', '2']]); // prettier-ignore
    expect(heightOf(seedlingsOf([place('1', 'NL', 'ZH', 'Delft')]))).toBe(3);
  });

  it('refuses a place that is said twice', () => {
    expect(() => seedlingsOf([place('rows.2', 'NL'), place('rows.7', 'nl')])).toThrow(
      'rows.7: is the same place as rows.2',
    );
  });
});
