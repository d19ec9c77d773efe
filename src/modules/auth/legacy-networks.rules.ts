import { addressOf, type Network } from '../../core/egress/address.rules.js';
import { credentialOf, type CredentialHeaders } from './access.rules.js';

/** What is looked at of a request. */
export interface UnknownCaller {
  headers: CredentialHeaders & Readonly<Record<string, string | string[] | undefined>>;
  /** As TRUST_PROXY lets us believe. */
  address: string;
  /** The other end of the connection itself. */
  socketAddress: string;
}

const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

/**
 * Whether somebody without a credential asks from one of the networks. A request that a proxy passed on comes from the
 * proxy's network, whoever sent it: where TRUST_PROXY does not say who that was, it comes from nowhere.
 */
export function comesFrom(networks: readonly Network[], caller: UnknownCaller): boolean {
  if (networks.length === 0 || credentialOf(caller.headers) !== null) return false;
  const [address, socketAddress] = [addressOf(caller.address), addressOf(caller.socketAddress)];
  if (address === undefined) return false;
  const wasForwarded = forwardingHeaders.some((name) => caller.headers[name] !== undefined);
  if (wasForwarded && address.toString() === socketAddress?.toString()) return false;
  return networks.some((network) => address.kind() === network[0].kind() && address.match(network));
}
