import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { clientOf } from './client.js';

const from = (ip: string, remoteAddress?: string, userAgent?: string) => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  return clientOf({ ip, socket, headers: userAgent === undefined ? {} : { 'user-agent': userAgent } });
};

describe('clientOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:51234', '192.0.2.7'],
    ['2001:DB8:0::7', '2001:db8::7'],
    ['[2001:db8::7]:51234', '2001:db8::7'],
  ])('reads %s as %s', (ip, address) => {
    expect(from(ip, '203.0.113.1').address).toBe(address);
  });

  it.each(['', 'unknown', '_hidden', '999.1.1.1', '<script>', '192.0.2.7, 192.0.2.8', '\u0000'])(
    "goes by the socket where a proxy's header says %j",
    (ip) => {
      expect(from(ip, '203.0.113.1').address).toBe('203.0.113.1');
    },
  );

  it('knows no address where the socket has none', () => {
    expect(from('').address).toBe('');
  });

  it('keeps so much of what the program calls itself, and nothing where it says nothing', () => {
    expect(from('192.0.2.7', undefined, 'x'.repeat(1_000)).userAgent).toHaveLength(300);
    expect(from('192.0.2.7').userAgent).toBeNull();
  });
});
