import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { LastKnownCache } from '../../../core/changes/last-known-cache.js';
import { Clock } from '../../../core/time/clock.js';
import { Authenticators, type Authenticator } from '../../auth/authenticators.service.js';
import { OidcTokens } from '../../auth/oidc/oidc-tokens.service.js';
import type { Principal } from '../../auth/principal.decorator.js';
import { KeycloakClientsRepository, type DeviceOfClient } from './keycloak-clients.repository.js';

const maxClientsKept = 20_000;

/** Knows devices by the tokens that the issuer gave their clients: good wherever the device's own key is. */
@Injectable()
export class KeycloakDeviceAuthenticator implements Authenticator, OnModuleInit {
  readonly name = 'OIDC device';
  private readonly known: LastKnownCache<DeviceOfClient>;

  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: OidcTokens,
    private readonly changes: Changes,
    clients: KeycloakClientsRepository,
    clock: Clock,
  ) {
    const idsOf = ({ deviceId }: DeviceOfClient) => [deviceId];
    this.known = new LastKnownCache(clock, maxClientsKept, (clientId) => clients.findDevice(clientId), idsOf);
  }

  onModuleInit(): void {
    this.authenticators.register(this);
    for (const kind of ['device', 'keycloak_client']) {
      this.changes.onChange(kind, ({ entityId }) => {
        this.known.forget(entityId);
      });
    }
  }

  recognises(credential: string): boolean {
    return this.tokens.recognises(credential);
  }

  async authenticate(credential: string): Promise<Principal | null> {
    const clientId = await this.tokens.deviceClientOf(credential);
    if (clientId === null) return null;
    const device = await this.known.find(clientId);
    return device === null ? null : { kind: 'device', tenant: { id: device.tenantId }, deviceId: device.deviceId };
  }
}
