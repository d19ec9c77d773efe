import { describe, expect, it } from '@jest/globals';
import { forwardedHeaders, namesIn } from './forwarded-headers.rules.js';
import { ForwardedHeaderMissing, ForwardedHeaderRefused } from './image.errors.js';

const headers = { authorization: 'Bearer a', 'x-token': 't', accept: 'image/*', host: 'here', 'x-api-key': 'k' };
const forward = (list: string, ours: string | null = null) => forwardedHeaders(namesIn(list), headers, ours);

describe('headers that are forwarded', () => {
  it('are those that are named, and no others', () => {
    expect(forward('x-token')).toEqual({ 'x-token': 't' });
    expect(forward(' X-Token , ACCEPT,x-token,,')).toEqual({ 'x-token': 't', accept: 'image/*' });
    expect(forwardedHeaders(namesIn(undefined), headers, null)).toEqual({});
  });

  it('must be there', () => {
    expect(() => forward('x-token,x-other')).toThrow(ForwardedHeaderMissing);
    expect(() => forward('x-other')).toThrow(/x-other/);
  });

  it('are not those of the connection', () => {
    for (const name of ['host', 'connection', 'Content-Length', 'transfer-encoding', 'proxy-authorization']) {
      expect(() => forward(name)).toThrow(ForwardedHeaderRefused);
    }
  });

  it('do not carry what let the caller in here, and carry every other credential', () => {
    expect(() => forward('authorization', 'authorization')).toThrow(ForwardedHeaderRefused);
    expect(() => forward('X-API-Key', 'x-api-key')).toThrow(ForwardedHeaderRefused);
    expect(forward('x-api-key', 'authorization')).toEqual({ 'x-api-key': 'k' });
    expect(forward('authorization', 'x-api-key')).toEqual({ authorization: 'Bearer a' });
  });

  it.each(['a b', 'x\r\ny', 'x:y', 'ä', 'x'.repeat(65), '()'])('have names: %j is none', (name) => {
    expect(() => forward(name)).toThrow(ForwardedHeaderRefused);
  });

  it('never read what every object has', () => {
    expect(() => forward('__proto__')).toThrow();
    expect(() => forward('constructor')).toThrow();
  });

  it('are at most sixteen', () => {
    expect(() => forward(Array.from({ length: 17 }, (_, n) => `x-${n}`).join(','))).toThrow(/at most 16/);
  });
});
