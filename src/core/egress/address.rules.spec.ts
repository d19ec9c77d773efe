import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressOf, canonicalHost, isGlobal, mayBeReached, networkOf } from './address.rules.js';

const reachable = (host: string, allowed: string[] = []) => {
  const address = addressOf(canonicalHost(host) ?? '');
  return address !== undefined && mayBeReached(address, allowed.map(networkOf));
};

/** Every spelling of an address inside that we know of. */
const inside = [
  // loopback
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '00000177.0.0.1',
  '0x7f.0.0.1',
  '0x7f.1',
  '0x7f000001',
  '0X7F.0X0.0X0.0X1',
  '127.0.0.1.',
  '127.0.0.0x1',
  '１２７.0.0.1',
  '127。0。0。1',
  '①②⑦.0.0.1',
  '[::1]',
  '::1',
  '0:0:0:0:0:0:0:1',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  // this network, broadcast
  '0',
  '0.0.0.0',
  '0x0',
  '0.1.2.3',
  '[::]',
  '255.255.255.255',
  '4294967295',
  // private
  '10.0.0.1',
  '10.1',
  '012.0.0.1',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1',
  '0xc0a80001',
  '3232235521',
  '[::ffff:10.0.0.1]',
  '[2002:a00:1::]',
  // shared address space of carriers
  '100.64.0.1',
  '100.127.255.255',
  // link-local and cloud metadata
  '169.254.169.254',
  '169.254.169.254.',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '[::ffff:a9fe:a9fe]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[64:ff9b::a9fe:a9fe]',
  // unique local, site local
  '[fc00::1]',
  '[fdff::1]',
  '[fec0::1]',
  // groups
  '224.0.0.1',
  '239.255.255.250',
  '[ff02::1]',
  // documentation, benchmarks, protocols, reserved
  '192.0.2.1',
  '198.51.100.1',
  '203.0.113.1',
  '192.0.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '192.88.99.1',
  '240.0.0.1',
  '[2001:db8::1]',
  '[3fff::1]',
  '[100::1]',
  '[2001::1]',
  '[2001:2::1]',
  '[2001:20::1]',
  '[5f00::1]',
  '[4000::1]',
];

/** Tricks that are no host at all. */
const nonsense = [
  '',
  '.',
  '..',
  '[]',
  '[::1',
  '::1]',
  '127.0.0.1:80',
  'user@127.0.0.1',
  '8.8.8.8@127.0.0.1',
  '127.0.0.1#.example.com',
  '127.0.0.1?.example.com',
  '127.0.0.1/.example.com',
  '127.0.0.1\\.example.com',
  '127.0.0.1 .example.com',
  '127.0.0.1\u0000.example.com',
  '127.0.0.1%00.example.com',
  'fe80::1%eth0',
  '[fe80::1%25eth0]',
  '[::ffff:127.0.0.1]x',
  '0x100000000',
  '256.0.0.1',
  '1.2.3.4.5',
  '127.0.0.09',
];

const outside = [
  '8.8.8.8',
  '1.1.1.1',
  '8.8.8.8.',
  '134744072',
  '0x08080808',
  '[2606:4700:4700::1111]',
  '[::ffff:8.8.8.8]',
];

describe('addresses inside', () => {
  it.each(inside)('%s may not be reached', (host) => {
    expect(canonicalHost(host)).toBeDefined();
    expect(reachable(host)).toBe(false);
  });
});

describe('what is no host', () => {
  it.each(nonsense)('%j is refused', (host) => {
    expect(canonicalHost(host)).toBeUndefined();
  });
});

describe('addresses outside', () => {
  it.each(outside)('%s may be reached', (host) => {
    expect(reachable(host)).toBe(true);
  });

  it('are told from names', () => {
    for (const name of [
      'example.com',
      'Example.COM.',
      'bücher.example',
      'my_broker',
      '1.example.com',
      '0x7f.example',
    ]) {
      expect(addressOf(canonicalHost(name) ?? '')).toBeUndefined();
    }
    expect(canonicalHost('Example.COM.')).toBe('example.com');
  });
});

describe('networks that the operator opened', () => {
  it('open just themselves', () => {
    expect(reachable('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(reachable('10.2.0.1', ['10.1.0.0/16'])).toBe(false);
    expect(reachable('[::1]', ['127.0.0.0/8'])).toBe(false);
    expect(reachable('[fd12::1]', ['fd12::/16'])).toBe(true);
  });

  it('also open the IPv6 coat of an IPv4 address, which goes to the same place', () => {
    expect(reachable('[::ffff:127.0.0.1]', ['127.0.0.0/8'])).toBe(true);
    expect(reachable('[64:ff9b::127.0.0.1]', ['127.0.0.0/8'])).toBe(false);
  });
});

describe('any text', () => {
  it('is a host in one spelling, or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6(), fc.domain()), (text) => {
        const canonical = canonicalHost(text);
        if (canonical !== undefined) expect(canonicalHost(canonical)).toBe(canonical);
      }),
    );
  });

  it('as an address in 10.0.0.0/8 is never global, however it is written', () => {
    const spellings = (n: number) => [String(n), `0x${n.toString(16)}`, `0${n.toString(8)}`];
    fc.assert(
      fc.property(fc.integer({ min: 0x0a000000, max: 0x0affffff }), (n) => {
        for (const text of spellings(n)) {
          const address = addressOf(canonicalHost(text) ?? '');
          expect(address !== undefined && !isGlobal(address)).toBe(true);
        }
      }),
    );
  });
});
