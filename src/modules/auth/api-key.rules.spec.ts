import { describe, expect, it } from '@jest/globals';
import { verifySecretHash } from '../../core/crypto/secret-hash.js';
import { looksLikeApiKey, newApiKey, parseApiKey } from './api-key.rules.js';

describe('an API key', () => {
  it('can be told from other credentials, taken apart, and proved', () => {
    const { key, prefix, secretHash } = newApiKey();
    const parsed = parseApiKey(key);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(parsed?.prefix).toBe(prefix);
    expect(key.startsWith(`${prefix}_`)).toBe(true);
    expect(verifySecretHash(parsed?.secret ?? '', secretHash)).toBe(true);
  });

  it('is another one each time', () => {
    const made = Array.from({ length: 1_000 }, () => newApiKey());
    expect(new Set(made.map(({ key }) => key)).size).toBe(1_000);
    expect(new Set(made.map(({ prefix }) => prefix)).size).toBe(1_000);
  });

  it('is refused with any one character changed, lost or added', () => {
    const { key } = newApiKey();
    const spoiled = Array.from(key, (character, at) => [
      key.slice(0, at) + (character === 'x' ? 'y' : 'x') + key.slice(at + 1),
      key.slice(0, at) + key.slice(at + 1),
      `${key.slice(0, at)}x${key.slice(at)}`,
    ]).flat();
    expect(spoiled.filter((text) => text !== key && parseApiKey(text) !== null)).toEqual([]);
  });

  it('of another type is none', () => {
    expect(parseApiKey(newApiKey().key.replace('flk', 'fld'))).toBeNull();
    expect(looksLikeApiKey('eyJhbGciOiJFUzI1NiJ9.e30.x')).toBe(false);
  });
});
