import { describe, expect, it } from '@jest/globals';
import { searchTermsOf } from './search-terms.rules.js';

describe('what a query is looked for as', () => {
  it('is each of its words, anywhere, and the whole as the beginning of a name', () => {
    expect(searchTermsOf('  Pump   north ')).toEqual({
      text: 'Pump   north',
      identities: ['Pump   north'],
      id: null,
      prefix: 'pump   north%',
      words: ['Pump', 'north'],
      patterns: ['%Pump%', '%north%'],
      isIndexed: true,
    });
  });

  it.each([
    ['24e124136d151234', '24E124136D151234'],
    ['24-E1-24-13-6D-15-12-34', '24E124136D151234'],
    ['A4:CF:12:6B:00:7E', 'a4-cf-12-6b-00-7e'],
    ['a4cf126b007e', 'a4-cf-12-6b-00-7e'],
    ['SN-0047', 'SN-0047'],
  ])('takes %s for %s', (query, identity) => {
    expect(searchTermsOf(query).identities).toContain(identity);
  });

  it('finds part of a MAC address however it is written', () => {
    expect(searchTermsOf('A4:CF:12').words).toEqual(['A4-CF-12']);
    expect(searchTermsOf('note: this').words).toEqual(['note:', 'this']);
  });

  it('lets what is typed stand for itself', () => {
    expect(searchTermsOf('50%_').patterns).toEqual(['%50\\%\\_%']);
    expect(searchTermsOf('50%').prefix).toBe('50\\%%');
  });

  it('knows an id', () => {
    expect(searchTermsOf('01980C1E-7d2a-7c3b-8f00-5d1b5e6c7a90').id).toBe('01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90');
    expect(searchTermsOf('01980c1e-7d2a').id).toBeNull();
  });

  it('takes no more than eight words', () => {
    expect(searchTermsOf('a b c d e f g h i j').words).toHaveLength(8);
  });

  it.each([
    ['abc', true],
    ['a4-cf', true],
    ['größe', true],
    ['温度計', true],
    ['50%', true],
    ['.5', true],
    ['ab', false],
    ['!!!!', false],
    ['a b', false],
    ['%%%', false],
  ])('says whether trigrams help with %s: %s', (query, isIndexed) => {
    expect(searchTermsOf(query).isIndexed).toBe(isIndexed);
  });
});
