import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../../core/config/settings.js';
import { networkOf, type Network } from '../../core/egress/address.rules.js';
import { clientOf } from '../../core/http/client.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AuthService } from './auth.service.js';
import { comesFrom, saysToBeOurs } from './legacy-networks.rules.js';
import type { Principal } from './principal.decorator.js';
import { tokenIssuer } from './signing/access-token.rules.js';

/**
 * Knows devices that send no credential of ours by the network they ask from (LEGACY_DEVICE_READS, none by default). They
 * read what is the default tenant's, on routes that say `legacyNetworks: true`.
 *
 * @example
 * @Admits({ user: 'viewer', apiKey: 'read', device: true, legacyNetworks: true })
 */
@Injectable()
export class LegacyNetworks {
  private readonly networks: readonly Network[];
  private readonly issuers: readonly string[];
  private tenant: Tenant | undefined;

  constructor(
    private readonly auth: AuthService,
    { legacyDeviceReads, oidc }: Settings,
  ) {
    this.networks = legacyDeviceReads.map(networkOf);
    this.issuers = [tokenIssuer, ...(oidc === undefined ? [] : [oidc.issuer])];
  }

  /** Null for everybody who asks from elsewhere, and for a credential that is one of ours but not good. */
  async identify(request: FastifyRequest, credential: string | null): Promise<Principal | null> {
    const { address } = clientOf(request);
    const socketAddress = request.socket.remoteAddress ?? '';
    if (!comesFrom(this.networks, { headers: request.headers, address, socketAddress })) return null;
    if (credential !== null && saysToBeOurs(credential, this.issuers)) return null;
    // Its id never changes, and it is needed for every read.
    this.tenant ??= await this.auth.ensureDefaultTenant();
    return { kind: 'network', tenant: this.tenant };
  }
}
