import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../../core/config/settings.js';
import { networkOf, type Network } from '../../core/egress/address.rules.js';
import { clientOf } from '../../core/http/client.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AuthService } from './auth.service.js';
import { comesFrom } from './legacy-networks.rules.js';
import type { Principal } from './principal.decorator.js';

/**
 * Knows devices that send no credential by the network they ask from (LEGACY_DEVICE_READS, none by default). They read
 * what is the default tenant's, on routes that say `legacyNetworks: true`.
 *
 * @example
 * @Admits({ user: 'viewer', apiKey: 'read', device: true, legacyNetworks: true })
 */
@Injectable()
export class LegacyNetworks {
  private readonly networks: readonly Network[];
  private tenant: Tenant | undefined;

  constructor(
    private readonly auth: AuthService,
    { legacyDeviceReads }: Settings,
  ) {
    this.networks = legacyDeviceReads.map(networkOf);
  }

  /** Null where a credential was sent, which then decides, and for everybody who asks from elsewhere. */
  async identify(request: FastifyRequest): Promise<Principal | null> {
    const { address } = clientOf(request);
    const socketAddress = request.socket.remoteAddress ?? '';
    if (!comesFrom(this.networks, { headers: request.headers, address, socketAddress })) return null;
    // Its id never changes, and it is needed for every read.
    this.tenant ??= await this.auth.ensureDefaultTenant();
    return { kind: 'network', tenant: this.tenant };
  }
}
