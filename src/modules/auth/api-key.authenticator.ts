import { Injectable, type OnModuleInit } from '@nestjs/common';
import { verifySecretHash } from '../../core/crypto/secret-hash.js';
import { Clock } from '../../core/time/clock.js';
import { looksLikeApiKey, parseApiKey } from './api-key.rules.js';
import { ApiKeyCache } from './api-key-cache.js';
import { ApiKeyUsage } from './api-key-usage.js';
import { Authenticators, type Authenticator } from './authenticators.service.js';
import type { Principal } from './principal.decorator.js';

/** Knows machines by their API keys. On the way of every uplink: one hash and one look into memory. */
@Injectable()
export class ApiKeyAuthenticator implements Authenticator, OnModuleInit {
  readonly name = 'API key';

  constructor(
    private readonly authenticators: Authenticators,
    private readonly keys: ApiKeyCache,
    private readonly usage: ApiKeyUsage,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.authenticators.register(this);
  }

  recognises(credential: string): boolean {
    return looksLikeApiKey(credential);
  }

  async authenticate(credential: string): Promise<Principal | null> {
    const parsed = parseApiKey(credential);
    if (parsed === null) return null;
    const key = this.keys.peek(parsed.prefix) ?? (await this.keys.find(parsed.prefix));
    if (key === null || !verifySecretHash(parsed.secret, key.secretHash)) return null;
    if (key.expiresAtMs !== null && key.expiresAtMs <= this.clock.nowMs()) return null;
    this.usage.note(key.id);
    const principal = { kind: 'api_key' as const, tenant: { id: key.tenantId }, apiKeyId: key.id, scopes: key.scopes };
    return key.registers === null ? principal : { ...principal, registers: key.registers };
  }
}
