import { addressOf, type Network } from '../../core/egress/address.rules.js';
import { claimedIssuerOf } from './oidc/oidc-claims.rules.js';

/** What is looked at of a request. */
export interface UnknownCaller {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As TRUST_PROXY lets us believe. */
  address: string;
  /** The other end of the connection itself. */
  socketAddress: string;
}

const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

/**
 * Whether somebody asks from one of the networks. A request that a proxy passed on comes from the
 * proxy's network, whoever sent it: where TRUST_PROXY does not say who that was, it comes from nowhere.
 */
export function comesFrom(networks: readonly Network[], caller: UnknownCaller): boolean {
  if (networks.length === 0) return false;
  const [address, socketAddress] = [addressOf(caller.address), addressOf(caller.socketAddress)];
  if (address === undefined) return false;
  const wasForwarded = forwardingHeaders.some((name) => caller.headers[name] !== undefined);
  if (wasForwarded && address.toString() === socketAddress?.toString()) return false;
  return networks.some((network) => address.kind() === network[0].kind() && address.match(network));
}

/**
 * Whether a credential that nobody here knows was meant for us: then it is refused, so that its owner hears of it. A display
 * also sends what is another server's, for the image's own server or because its firmware always does; that is none of ours.
 */
export function saysToBeOurs(credential: string, issuers: readonly string[]): boolean {
  return /^fl[a-z]_/.test(credential) || issuers.includes(claimedIssuerOf(credential) ?? '');
}
