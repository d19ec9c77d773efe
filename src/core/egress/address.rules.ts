import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];

/** All that is global and for anybody in IPv6 begins with 001; the rest is reserved, local, mapped or a group. */
const globalIPv6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** Protocol assignments and everything that carries another address inside (Teredo, ORCHID), RFC 6890. */
const protocolIPv6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2001::'), 23];

/** The address that a socket would really go to: an IPv4 address in an IPv6 coat is that IPv4 address. */
export function addressOf(text: string): Address | undefined {
  // A zone (fe80::1%eth0) names an interface of this machine: always local, and nobody's business.
  if (text.includes('%')) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // The URL parser's spelling, because ipaddr.js reads ::127.0.0.1 otherwise than every operating system does.
  const spelled = isIPv6(text) ? URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) : undefined;
  if (spelled === undefined) return undefined;
  const address = ipaddr.IPv6.parse(spelled);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

export function networkOf(cidr: string): Network {
  return ipaddr.parseCIDR(cidr);
}

/** Whether an address belongs to the public Internet, and to one host there. */
export function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || (address.match(globalIPv6) && !address.match(protocolIPv6));
}

/** Global, or in one of the networks that the operator opened. */
export function mayBeReached(address: Address, allowed: readonly Network[]): boolean {
  return isGlobal(address) || allowed.some((network) => address.kind() === network[0].kind() && address.match(network));
}

const outsideOfHosts = /[\s/\\?#@<>^|%\u0000-\u0020\u007f]/;

/**
 * The one spelling of a host: `0x7f.1`, `2130706433`, `127.0.0.1.` and `１２７.0.0.1` are all `127.0.0.1`, as the
 * resolver would read them. Undefined if it is no host at all.
 */
export function canonicalHost(text: string): string | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.includes(':')) return addressOf(bare)?.toString();
  if (bare === '' || outsideOfHosts.test(bare)) return undefined;
  const url = URL.parse(`http://${bare}/`);
  const host = url?.hostname.replace(/\.+$/, '') ?? '';
  return host === '' || host.startsWith('[') || outsideOfHosts.test(host) ? undefined : host;
}
