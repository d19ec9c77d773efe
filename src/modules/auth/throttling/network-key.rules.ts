import { isIPv6 } from 'node:net';
import { addressOf } from '../../../core/egress/address.rules.js';

const groupsOfNetwork = 4;

/** What one caller has: an IPv4 address, or a whole /64 of IPv6, in which everybody picks addresses freely. */
export function networkKeyOf(address: string): string {
  if (!isIPv6(address)) return address;
  const parsed = addressOf(address);
  if (parsed === undefined) return address;
  const normal = parsed.toNormalizedString();
  return parsed.kind() === 'ipv6' ? `${normal.split(':').slice(0, groupsOfNetwork).join(':')}::/64` : normal;
}
