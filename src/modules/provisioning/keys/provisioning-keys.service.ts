import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { assertMatches } from '../../../core/http/entity-tag.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import type { CreateProvisioningKeyRequest } from './dto/create-provisioning-key.request.js';
import type { ListProvisioningKeysQuery } from './dto/list-provisioning-keys.query.js';
import { ProvisioningKeyResponse } from './dto/provisioning-key.response.js';
import type { UpdateProvisioningKeyRequest } from './dto/update-provisioning-key.request.js';
import { editsIn } from './provisioning-key-edit.rules.js';
import type { KnownProvisioningKey, ProvisioningKey } from './provisioning-key.entity.js';
import { ProvisioningKeyNotFound } from './provisioning-key.errors.js';
import { ProvisioningKeyGifts } from './provisioning-key-gifts.js';
import { newProvisioningKey } from './provisioning-key.rules.js';
import { ProvisioningKeysRepository } from './provisioning-keys.repository.js';

/** Makes, changes and revokes provisioning keys. The only one who edits them; devices that register count on them. */
@Injectable()
export class ProvisioningKeysService {
  constructor(
    private readonly keys: ProvisioningKeysRepository,
    private readonly gifts: ProvisioningKeyGifts,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(
    tenant: Tenant,
    query: ListProvisioningKeysQuery,
  ): Promise<{ rows: KnownProvisioningKey[]; total: number }> {
    return this.keys.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<KnownProvisioningKey> {
    const key = await this.keys.find(tenant, id);
    if (key === null) throw new ProvisioningKeyNotFound();
    return key;
  }

  /** The key itself is answered here and nowhere again. */
  async create(
    tenant: Tenant,
    request: CreateProvisioningKeyRequest,
  ): Promise<{ known: KnownProvisioningKey; key: string }> {
    const now = this.clock.now();
    const { key, prefix, secretHash } = newProvisioningKey();
    const { labelIds = [], ...fields } = editsIn(request);
    const row: Row<ProvisioningKey> = {
      ...{ id: newId(now.getTime()), tenantId: tenant.id, prefix, secretHash, enabled: true, reregistration: 'refuse' },
      ...{ maxDevices: null, devicesUsed: 0, profileId: null, placeId: null, placement: null, version: 1 },
      ...{ createdAt: now, updatedAt: now, expiresAt: null, lastUsedAt: null, revokedAt: null },
      ...fields,
      name: request.name,
    };
    assertAhead(row.expiresAt, now);
    const known = { ...row, labelIds: [...labelIds].sort() };
    await this.transactions.run(async (tx) => {
      await this.gifts.assertThere(tx, tenant, known);
      await this.keys.insert(tx, row);
      await this.keys.replaceLabels(tx, tenant, row.id, labelIds);
      await this.edits.record(tx, tenant, 'provisioning_key', 'created', { after: known });
    });
    return { known, key };
  }

  /** Absent fields stay, null clears; devices that have registered keep what they got. */
  async update(
    tenant: Tenant,
    id: string,
    request: UpdateProvisioningKeyRequest,
    ifMatch: string | undefined,
  ): Promise<KnownProvisioningKey> {
    this.refuseReadOnly(request, await this.get(tenant, id));
    const { labelIds, ...fields } = editsIn(request);
    await this.transactions.run(async (tx) => {
      const before = await this.lock(tx, tenant, id, ifMatch);
      const after = { ...before, ...fields, labelIds: labelIds === undefined ? before.labelIds : [...labelIds].sort() };
      if (isDeepStrictEqual(after, before)) return;
      const now = this.clock.now();
      if (after.expiresAt?.getTime() !== before.expiresAt?.getTime()) assertAhead(after.expiresAt, now);
      await this.gifts.assertThere(tx, tenant, after);
      await this.keys.update(tx, tenant, id, { ...fields, version: before.version + 1, updatedAt: now });
      if (labelIds !== undefined) await this.keys.replaceLabels(tx, tenant, id, labelIds);
      await this.edits.record(tx, tenant, 'provisioning_key', 'updated', { before, after });
    });
    return this.get(tenant, id);
  }

  /** At once; the devices that registered with it go on with their own keys. */
  async revoke(tenant: Tenant, id: string, ifMatch: string | undefined): Promise<void> {
    await this.transactions.run(async (tx) => {
      const before = await this.lock(tx, tenant, id, ifMatch);
      const revokedAt = this.clock.now();
      await this.keys.update(tx, tenant, id, { revokedAt });
      await this.edits.record(tx, tenant, 'provisioning_key', 'revoked', { before, after: { ...before, revokedAt } });
    });
  }

  /** Devices move the count and the last use all the time: what was read before is no attempt to set them. */
  private refuseReadOnly(request: UpdateProvisioningKeyRequest, known: KnownProvisioningKey): void {
    refuseReadOnly(request, new ProvisioningKeyResponse(known, this.clock.now()), {
      ...{ id: 'same', prefix: 'same', key: 'same', status: 'same', created_at: 'same' },
      ...{ devices_used: 'not_later', last_used_at: 'not_later', updated_at: 'not_later', version: 'not_later' },
    });
  }

  private async lock(tx: Tx, tenant: Tenant, id: string, ifMatch: string | undefined): Promise<KnownProvisioningKey> {
    const known = (await this.keys.lock(tx, tenant, id)) ? await this.keys.find(tenant, id, tx) : null;
    if (known === null) throw new ProvisioningKeyNotFound();
    assertMatches(ifMatch, { version: known.version, updated_at: known.updatedAt.toISOString() });
    return known;
  }
}

/** A key that is to end now is revoked. Some texts have the form of a time and are none. */
function assertAhead(expiresAt: Date | null, now: Date): void {
  if (expiresAt === null || expiresAt > now) return;
  const message = Number.isNaN(expiresAt.getTime()) ? 'is no time' : 'lies in the past';
  throw new ValidationFailed([{ path: 'expires_at', message }]);
}
