import { lookup } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import type { Resolver } from '../../src/core/egress/egress.js';

/** Ways to write an address inside, as a user would put it into a URL; none may ever be connected to. */
export const forbiddenHosts: readonly string[] = [
  // This machine, in every notation that a resolver or a URL parser takes for IPv4.
  ...['127.0.0.1', '127.0.0.1.', '127.1', '127.0.1', '127.255.255.254', '2130706433', '017700000001', '0x7f000001'],
  ...['0x7F.0.0.1', '0177.0.0.1', '0x7f.1', '127.0.0.0x1', '0177.0.0.01', '0x7f.0x0.0x0.0x1', '0', '0.0.0.0', '0x0'],
  ...['００.0.0.0', '１２７.0.0.1', '127。0。0。1', '①②⑦.⓪.⓪.①', '𝟏𝟐𝟕.𝟎.𝟎.𝟏', '127%2e0%2e0%2e1', '%31%32%37.0.0.1'],
  // IPv6, and IPv4 inside of it: mapped, compatible, translated (NAT64, SIIT), 6to4, Teredo, ISATAP.
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::]', '[::ffff:127.0.0.1]'],
  ...['[::ffff:7f00:1]', '[0:0:0:0:0:FFFF:7F00:0001]', '[::127.0.0.1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]'],
  ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2002:7f00:0001::1]', '[2001:0:7f00:1::]'],
  ...['[fe80::5efe:127.0.0.1]', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]'],
  // What only neighbours reach: private, link-local, carriers, groups, documentation, reserved.
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '0xc0a80001', '100.64.0.1'],
  ...['192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.250'],
  ...['240.0.0.1', '255.255.255.255', '[fc00::1]', '[fd12:3456:789a::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]'],
  ...['[ff0e::1]', '[100::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]'],
  // Where clouds keep their credentials.
  ...['169.254.169.254', '169.254.169.254.', '2852039166', '0xA9FEA9FE', '0251.0376.0251.0376', '169.254.170.2'],
  ...['[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]', '100.100.100.200', '192.0.0.192'],
];

/** Names that lead inside: those of this machine, and what a name server of the attacker's answers. */
export const answers: Readonly<Record<string, string[]>> = {
  'inside.example': ['127.0.0.1'],
  'example.com': ['127.0.0.1'],
  'inside6.example': ['::1'],
  'both.example': ['8.8.8.8', '127.0.0.1'],
  'both6.example': ['2606:4700:4700::1111', '::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'sixtofour.example': ['2002:7f00:1::'],
  'zero.example': ['0.0.0.0'],
  'private.example': ['10.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'link-local.example': ['fe80::1%lo'],
  'xn--inside-gva.example': ['127.0.0.1'],
  'nonsense.example': ['127.1'],
};

export const forbiddenNames: readonly string[] = [
  ...['localhost', 'LOCALHOST', 'localhost.', 'LocalHost.', hostname()],
  ...Object.keys(answers),
];

/** The addresses of this very machine, whatever network it is in. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal }) => !internal)
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
}

/** Everything that may not be connected to. */
export const allHosts: readonly string[] = [...forbiddenHosts, ...ownAddresses(), ...forbiddenNames];

/** The attacker's name server, and the system's for what it does not know. */
export const nameServer: Resolver = async (host) => {
  const given = answers[host];
  if (given === undefined) return lookup(host, { all: true });
  return given.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};

/** URLs that are read in one way by one parser and in another by the next; `:0` is the port. */
export const trickyUrls: readonly string[] = [
  'http://8.8.8.8@127.0.0.1:0/',
  'http://user:password@127.0.0.1:0/',
  'http://127.0.0.1:0@example.com/',
  'http://127.0.0.1:0\\@example.com/',
  'http://127.0.0.1:0#@example.com/',
  'http://127.0.0.1:0?@example.com/',
  'http:127.0.0.1:0/',
  'http:/127.0.0.1:0/',
  'http:///127.0.0.1:0/',
  'http:\\\\127.0.0.1:0\\',
  'http:/\\127.0.0.1:0/',
  'hTtP://127.0.0.1:0/',
  '\thttp://127.0.0.1:0/',
  'ht\ntp://127.0.0.1:0/',
  'http://127.0.0\n.1:0/',
  'http://127.0.0.1\t:0/',
  'http://127.0.0.1:00000/',
  'http://[::ffff:127.0.0.1]:0/',
  'http://127.0.0.1%2f@example.com:0/',
  'http://{{data.host}}:0/',
  'http://127.0.0.{{data.one}}:0/',
  '{{data.url}}',
  '//127.0.0.1:0/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:0/_x',
  'ftp://127.0.0.1:0/',
  'unix:/var/run/docker.sock',
  'data:text/plain,x',
];
