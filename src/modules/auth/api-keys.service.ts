import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../../core/database/transactions.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import type { ApiKey } from './api-key.entity.js';
import { newApiKey } from './api-key.rules.js';
import { ApiKeysRepository, type ApiKeyChanges, type ApiKeyFilter } from './api-keys.repository.js';
import { EditsService } from './audit/edits.service.js';
import { ApiKeyNotFound } from './auth.errors.js';
import type { Row } from './row.js';
import type { Scope } from './principal.decorator.js';

export interface ApiKeyRequest {
  name: string;
  scopes: Scope[];
  expiresAt: Date | null;
}

/** Makes, lists, changes and revokes a tenant's API keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, filter: ApiKeyFilter): Promise<{ rows: ApiKey[]; total: number }> {
    return this.keys.list(tenant, filter, this.clock.now());
  }

  async get(tenant: Tenant, id: string): Promise<ApiKey> {
    const apiKey = await this.keys.find(tenant, id);
    if (apiKey === null) throw new ApiKeyNotFound();
    return apiKey;
  }

  /** The key itself is answered here and nowhere again. */
  async create(tenant: Tenant, request: ApiKeyRequest): Promise<{ apiKey: Row<ApiKey>; key: string }> {
    const now = this.clock.now();
    assertAhead(request.expiresAt, now);
    const { key, prefix, secretHash } = newApiKey();
    const apiKey: Row<ApiKey> = {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      prefix,
      secretHash,
      lastUsedAt: null,
      revokedAt: null,
      createdAt: now,
      ...request,
    };
    await this.transactions.run(async (tx) => {
      await this.keys.insert(tx, apiKey);
      await this.edits.record(tx, tenant, 'api_key', 'created', { after: apiKey });
    });
    return { apiKey, key };
  }

  async change(tenant: Tenant, id: string, changes: ApiKeyChanges): Promise<ApiKey> {
    await this.transactions.run(async (tx) => {
      const apiKey = await this.keys.findForEdit(tx, tenant, id);
      if (apiKey === null) throw new ApiKeyNotFound();
      const edited = { ...apiKey, ...changes };
      if (isDeepStrictEqual(edited, { ...apiKey })) return;
      assertAhead(changes.expiresAt ?? null, this.clock.now());
      await this.keys.update(tx, tenant, id, changes);
      await this.edits.record(tx, tenant, 'api_key', 'updated', { before: apiKey, after: edited });
    });
    return this.get(tenant, id);
  }

  async revoke(tenant: Tenant, id: string): Promise<void> {
    const apiKey: Row<ApiKey> = await this.get(tenant, id);
    await this.transactions.run(async (tx) => {
      const revokedAt = this.clock.now();
      if (!(await this.keys.revoke(tx, tenant, id, revokedAt))) throw new ApiKeyNotFound();
      const change = { before: apiKey, after: { ...apiKey, revokedAt } };
      await this.edits.record(tx, tenant, 'api_key', 'revoked', change);
    });
  }
}

/** A key that is to end now is revoked. Some texts have the form of a time and are none (a leap second, a week). */
function assertAhead(expiresAt: Date | null, now: Date): void {
  if (expiresAt === null || expiresAt > now) return;
  if (Number.isNaN(expiresAt.getTime())) throw new ValidationFailed([{ path: 'expires_at', message: 'is no time' }]);
  throw new ValidationFailed([{ path: 'expires_at', message: 'lies in the past' }]);
}
