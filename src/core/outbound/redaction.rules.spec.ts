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

  it('finds what an endpoint may say of a secret without saying it whole', () => {
    const redaction = new Redaction({
      'headers/A/value': 'Bearer abcdefghijkl',
      'headers/B/value': 'session=mnopqrstuvwx.{{device.name}}',
    });
    expect(redaction.of('token abcdefghijkl, session mnopqrstuvwx.room-12')).toBe(
      'token ********, session ********.room-12',
    );
    expect(redaction.of('Bearer of news')).toBe('Bearer of news');
  });

  it('leaves no half of a secret where the text is cut', () => {
    const redaction = new Redaction({ a: 'abcdefghij' });
    expect(redaction.bytesFor(8)).toBe(18);
    for (let before = 0; before <= 8; before += 1) {
      const read = `${'-'.repeat(before)}abcdefghij${'-'.repeat(20)}`.slice(0, 18);
      expect(redaction.beginning(read, 8)).toBe(before === 8 ? '--------' : `${'-'.repeat(before)}********`);
    }
    expect(redaction.beginning('abcdefghij', 20)).toBe('********');
    expect(redaction.beginning('ééééé', 4)).toBe('éé');
  });

  it('leaves alone what is too short to be told from text', () => {
    expect(new Redaction({ a: 'ab' }).of('about')).toBe('about');
  });
});
