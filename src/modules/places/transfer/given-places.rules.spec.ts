import { describe, expect, it } from '@jest/globals';
import { placesOfCsv, placesOfTree } from './given-places.rules.js';

describe('places of JSON', () => {
  it('come above what they contain, with where they stand in the file', () => {
    const tree = [
      { name: 'NL', profile: 'Country', contains: [{ name: 'Delft' }] },
      { name: 'BE', contains: [] },
    ];
    expect(placesOfTree(tree)).toEqual([
      { at: '0', path: ['NL'], fields: { name: 'NL', profile: 'Country' } },
      { at: '0.contains.0', path: ['NL', 'Delft'], fields: { name: 'Delft' } },
      { at: '1', path: ['BE'], fields: { name: 'BE' } },
    ]);
  });

  it.each([
    [{ name: 'NL' }, 'must be a list of places'],
    [['NL'], '0: must be a place'],
    [[{ name: 'NL', contains: 'Delft' }], '0.contains: must be a list of places'],
    [undefined, 'must be a list of places'],
  ])('are refused as %j', (body, message) => {
    expect(() => placesOfTree(body)).toThrow(message);
  });

  it('are not followed for ever', () => {
    const tree: unknown[] = [];
    tree.push({ name: 'itself', contains: tree });
    expect(() => placesOfTree(tree)).toThrow('at most 32 deep');
  });
});

describe('places of CSV', () => {
  it('are rows; what is empty says nothing, numbers may have a comma', () => {
    const csv = 'Path;profile;latitude;longitude;attributes\nNL;Country;52,1;4,3;"{""a"":1}"\n\nNL/Delft;;;;\n';
    expect(placesOfCsv(csv)).toEqual([
      {
        at: 'rows.2',
        path: ['NL'],
        fields: { name: 'NL', profile: 'Country', location: { latitude: 52.1, longitude: 4.3 }, attributes: { a: 1 } },
      },
      { at: 'rows.4', path: ['NL', 'Delft'], fields: { name: 'Delft' } },
    ]);
  });

  it.each([
    ['name\nNL\n', 'there is no column "name"'],
    ['path,path\nNL,\n', 'or it is there twice'],
    ['profile\nCountry\n', 'there is no column "path"'],
    ['', 'there is no column'],
    ['path,attributes\nNL,{\n', 'rows.2.attributes: must be JSON'],
    ['path\n"NL\n', 'this is no CSV'],
    ['path\nNL,BE\n', 'this is no CSV'],
  ])('are refused as %j', (text, message) => {
    expect(() => placesOfCsv(text)).toThrow(message);
  });
});
