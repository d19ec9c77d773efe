import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { isLocal } from './local-access.rules.js';

const asked = (socketAddress: string | undefined, headers: IncomingHttpHeaders = {}) =>
  isLocal({ socketAddress, headers: { host: 'localhost:3000', ...headers } });

describe('who asks on this machine', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('comes from %s', (address) => {
    expect(asked(address)).toBe(true);
  });

  it.each([undefined, '', '10.0.0.1', '192.168.1.20', '::ffff:10.0.0.1', '2001:db8::1', '127.0.0.1.example.com'])(
    'does not come from %s',
    (address) => {
      expect(asked(address)).toBe(false);
    },
  );

  it.each(['localhost', 'LOCALHOST:8000', '127.0.0.1:3000', '127.0.1.1', '[::1]:3000'])('calls it %s', (host) => {
    expect(asked('127.0.0.1', { host })).toBe(true);
  });

  it.each([
    'fieldline.example.com',
    'localhost.example.com',
    'evil.com:3000',
    '10.0.0.1',
    '[::2]',
    'localhost:3000@evil',
  ])('does not call it %s: a name of the world that leads here is a trick', (host) => {
    expect(asked('127.0.0.1', { host })).toBe(false);
  });

  it('names a host at all', () => {
    expect(isLocal({ socketAddress: '127.0.0.1', headers: {} })).toBe(false);
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
  ])('was not sent on by another, as %s says', (name) => {
    expect(asked('127.0.0.1', { [name]: '127.0.0.1' })).toBe(false);
  });

  it('is a program, and not a page in a browser', () => {
    expect(asked('127.0.0.1', { origin: 'https://evil.example' })).toBe(false);
    expect(asked('127.0.0.1', { origin: 'null' })).toBe(false);
    expect(asked('127.0.0.1', { 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(asked('127.0.0.1', { 'sec-fetch-site': 'none' })).toBe(true);
  });
});
