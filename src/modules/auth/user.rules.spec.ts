import { describe, expect, it } from '@jest/globals';
import { normaliseEmail, normaliseUsername, slugFor, usernamePattern } from './user.rules.js';

describe('normalising', () => {
  it('gives one address one spelling', () => {
    expect(normaliseEmail('  Ann@Example.COM ')).toBe('ann@example.com');
    expect(normaliseEmail('ju\u0308rgen@example.com')).toBe('j\u00fcrgen@example.com');
  });

  it('leaves the case of a username as its owner writes it', () => {
    expect(normaliseUsername(' Ju\u0308rgen ')).toBe('J\u00fcrgen');
  });
});

describe('usernamePattern', () => {
  it.each(['ann', 'ann.smith-2', 'Jürgen', '山田太郎'])('takes %j', (name) => {
    expect(usernamePattern.test(name)).toBe(true);
  });

  it.each(['ann@example.com', 'a b', 'a\u0000b', 'a\u200bb', 'a\nb', '\ud800aa', ''])('refuses %j', (name) => {
    expect(usernamePattern.test(name)).toBe(false);
  });
});

describe('slugFor', () => {
  const id = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';

  it('is readable and ends in what makes it one of a kind', () => {
    expect(slugFor('Ann.Smith', id)).toBe('ann-smith-5d1b5e6c7a90');
    expect(slugFor('Jürgen', id)).toBe('ju-rgen-5d1b5e6c7a90');
    expect(slugFor('山田太郎', id)).toBe('tenant-5d1b5e6c7a90');
  });
});
