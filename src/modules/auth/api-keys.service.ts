import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../../core/database/transactions.js';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { newId } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import type { ApiKey, KnownApiKey } from './api-key.entity.js';
import { newApiKey } from './api-key.rules.js';
import { ApiKeysRepository, type ApiKeyChanges, type ApiKeyFilter } from './api-keys.repository.js';
import { EditsService } from './audit/edits.service.js';
import { ApiKeyNotFound } from './auth.errors.js';
import { RegistrationDefaultsChecks } from './registration-defaults.service.js';
import type { Row } from './row.js';
import type { Scope } from './principal.decorator.js';

export interface ApiKeyRequest {
  name: string;
  scopes: Scope[];
  expiresAt: Date | null;
  autoRegister: boolean;
  profileId: string | null;
}

/** Makes, lists, changes and revokes a tenant's API keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly defaults: RegistrationDefaultsChecks,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, filter: ApiKeyFilter): Promise<{ rows: KnownApiKey[]; total: number }> {
    return this.keys.list(tenant, filter, this.clock.now());
  }

  async get(tenant: Tenant, id: string): Promise<KnownApiKey> {
    const apiKey = await this.keys.find(tenant, id);
    if (apiKey === null) throw new ApiKeyNotFound();
    return apiKey;
  }

  /** The key itself is answered here and nowhere again. */
  async create(
    tenant: Tenant,
    request: ApiKeyRequest,
    labelIds: readonly string[] = [],
  ): Promise<{ apiKey: KnownApiKey; key: string }> {
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
    const known = { ...apiKey, defaultLabelIds: [...labelIds].sort() };
    await this.transactions.run(async (tx) => {
      await this.defaults.assertThere(tx, tenant, { labelIds, profileId: apiKey.profileId });
      await this.keys.insert(tx, apiKey);
      await this.keys.replaceLabels(tx, tenant, apiKey.id, labelIds);
      await this.edits.record(tx, tenant, 'api_key', 'created', { after: known });
    });
    return { apiKey: known, key };
  }

  /** Without `labelIds` those stay that its devices are given. */
  async change(tenant: Tenant, id: string, changes: ApiKeyChanges, labelIds?: readonly string[]): Promise<KnownApiKey> {
    await this.transactions.run(async (tx) => {
      const apiKey = await this.keys.findForEdit(tx, tenant, id);
      if (apiKey === null) throw new ApiKeyNotFound();
      const before = { ...apiKey, defaultLabelIds: await this.keys.labelIdsOf(tx, tenant, id) };
      const edited = {
        ...before,
        ...changes,
        ...(labelIds === undefined ? {} : { defaultLabelIds: [...labelIds].sort() }),
      };
      if (isDeepStrictEqual(edited, before)) return;
      assertAhead(changes.expiresAt ?? null, this.clock.now());
      await this.defaults.assertThere(tx, tenant, { labelIds: labelIds ?? [], profileId: changes.profileId ?? null });
      if (Object.keys(changes).length > 0) await this.keys.update(tx, tenant, id, changes);
      if (labelIds !== undefined) await this.keys.replaceLabels(tx, tenant, id, labelIds);
      await this.edits.record(tx, tenant, 'api_key', 'updated', { before, after: edited });
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
