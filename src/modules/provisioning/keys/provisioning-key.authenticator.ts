import { Injectable, type OnModuleInit } from '@nestjs/common';
import { verifySecretHash } from '../../../core/crypto/secret-hash.js';
import { Clock } from '../../../core/time/clock.js';
import { Authenticators, type Authenticator } from '../../auth/authenticators.service.js';
import type { Principal } from '../../auth/principal.decorator.js';
import { isGood, looksLikeProvisioningKey, parseProvisioningKey } from './provisioning-key.rules.js';
import { ProvisioningKeysRepository } from './provisioning-keys.repository.js';

/**
 * Knows provisioning keys. Each is looked up anew: devices register seldom, their registration needs the database anyway,
 * and so a revoked key is refused everywhere at once.
 */
@Injectable()
export class ProvisioningKeyAuthenticator implements Authenticator, OnModuleInit {
  readonly name = 'provisioning key';

  constructor(
    private readonly authenticators: Authenticators,
    private readonly keys: ProvisioningKeysRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.authenticators.register(this);
  }

  recognises(credential: string): boolean {
    return looksLikeProvisioningKey(credential);
  }

  async authenticate(credential: string): Promise<Principal | null> {
    const parsed = parseProvisioningKey(credential);
    const key = parsed === null ? null : await this.keys.findByPrefix(parsed.prefix);
    if (parsed === null || key === null || !verifySecretHash(parsed.secret, key.secretHash)) return null;
    if (!isGood(key, this.clock.now())) return null;
    const { id: provisioningKeyId, name } = key;
    return { kind: 'provisioning_key', tenant: { id: key.tenantId }, provisioningKeyId, name };
  }
}
