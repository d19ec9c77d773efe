import { describe, expect, it } from '@jest/globals';
import { whyUnreachable } from './why-unreachable.rules.js';

const at = '[thingsboard] url (config.properties, line 2)';
const withCode = (code: string): Error => Object.assign(new Error('x'), { code });
/** As fetch throws. */
const failed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

describe('whyUnreachable', () => {
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS is not trusted', 'NODE_EXTRA_CA_CERTS', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS is not trusted', 'NODE_EXTRA_CA_CERTS', false],
    ['CERT_HAS_EXPIRED', 'TLS is not trusted', 'clock', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name', at, false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS', at, false],
    ['ENOTFOUND', 'the name of the server is not known', at, true],
    ['ECONNREFUSED', 'nothing listens there', at, true],
    ['ECONNRESET', 'the connection failed (ECONNRESET)', at, true],
    ['UND_ERR_CONNECT_TIMEOUT', 'did not answer in time', at, true],
  ])('says of %s what it is and what helps', (code, why, cure, isForNow) => {
    const told = whyUnreachable(failed(withCode(code)), at);
    expect(told.why).toContain(why);
    expect(told.cure).toContain(cure);
    expect(told.isForNow).toBe(isForNow);
  });

  it('reads the first of several addresses', () => {
    const both = new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]);
    expect(whyUnreachable(failed(both), at).why).toContain('nothing listens there');
  });

  it('knows when the time of a request was up', () => {
    const late = new DOMException('late', 'TimeoutError');
    expect(whyUnreachable(late, at)).toMatchObject({ why: 'it did not answer in time', isForNow: true });
  });

  it('does not try again what can never be', () => {
    expect(whyUnreachable(failed(new Error('bad port')), at)).toMatchObject({
      why: 'the connection failed (bad port)',
      isForNow: false,
    });
  });
});
