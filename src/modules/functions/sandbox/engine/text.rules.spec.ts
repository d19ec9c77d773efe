import { describe, expect, it } from '@jest/globals';
import { cleanJson, cleanText, cutToBytes, isDeeperThan } from './text.rules.js';

describe('cleanJson', () => {
  it('replaces what PostgreSQL refuses: NUL and half surrogates, in values and keys', () => {
    const text = JSON.stringify({ 'a\0b': 'x\ud800y', whole: '\u{1F600}', tab: '\t\u0001' });
    expect(JSON.parse(cleanJson(text))).toEqual({ 'a\uFFFDb': 'x\uFFFDy', whole: '\u{1F600}', tab: '\t\u0001' });
  });

  it('leaves a backslash that is followed by the letters u0000', () => {
    const text = JSON.stringify({ path: 'C:\\u0000\\ud800', quote: '\\"\\u0000' });
    expect(cleanJson(text)).toBe(text);
  });
});

describe('cleanText and cutToBytes', () => {
  it('keep text storable and characters whole', () => {
    expect(cleanText('a\0b\udc00')).toBe('a\uFFFDb\uFFFD');
    expect(cutToBytes(Buffer.from('aäb'), 2)).toBe('a');
    expect(cutToBytes(Buffer.from('aäb'), 3)).toBe('aä');
  });
});

describe('isDeeperThan', () => {
  it('counts objects and arrays, not brackets inside strings', () => {
    expect(isDeeperThan('{"a":[1,{"b":2}]}', 3)).toBe(false);
    expect(isDeeperThan('{"a":[1,{"b":2}]}', 2)).toBe(true);
    expect(isDeeperThan(JSON.stringify({ a: '[[[[\\"[[[[', b: '\\' }), 1)).toBe(false);
    expect(isDeeperThan('{"a":{},"b":{},"c":{}}', 2)).toBe(false);
  });
});
