import { describe, expect, it } from '@jest/globals';
import { Redaction } from './redaction.rules.js';

describe('redaction', () => {
  it('finds a secret in every spelling that an echo would give it', () => {
    const secret = 'p@ss "word"';
    const redaction = new Redaction({ 'auth/password': secret }, 'user');
    const echo = [
      secret,
      JSON.stringify({ secret }),
      encodeURIComponent(secret),
      Buffer.from(`user:${secret}`).toString('base64'),
    ].join('|');
    expect(redaction.of(echo)).toBe('********|{"secret":"********"}|********|********');
  });

  it('takes out a longer secret whole where it holds a shorter one', () => {
    expect(new Redaction({ a: 'token', b: 'token-two' }).of('token-two token')).toBe('******** ********');
  });

  it('leaves alone what is too short to be told from text', () => {
    expect(new Redaction({ a: 'ab' }).of('about')).toBe('about');
  });
});
