import { describe, expect, it } from '@jest/globals';
import { namesOf, pathCell } from './place-path.rules.js';

describe('a path as one cell', () => {
  it.each([
    [['NL'], 'NL'],
    [['NL', 'South Holland', 'Delft'], 'NL/South Holland/Delft'],
    [['Hall 3/4', 'C:\\', 'x'], 'Hall 3\\/4/C:\\\\/x'],
  ])('of %j is %s, and back', (names, cell) => {
    expect(pathCell(names)).toBe(cell);
    expect(namesOf(cell)).toEqual(names);
  });

  it('may be written with room around the slashes', () => {
    expect(namesOf('NL / South Holland')).toEqual(['NL', 'South Holland']);
  });

  it.each([
    ['/NL', ['', 'NL']],
    ['NL//Delft', ['NL', '', 'Delft']],
    ['NL/', ['NL', '']],
  ])('shows where a name is missing in %s', (cell, names) => {
    expect(namesOf(cell)).toEqual(names);
  });
});
