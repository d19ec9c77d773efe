import { generateKeyPair } from 'node:crypto';
import { isDeepStrictEqual, promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { definedOf } from '../../../core/json/defined.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import type { AssetKey } from './asset-key.entity.js';
import { AssetKeyNotFound } from './asset-key.errors.js';
import { AssetKeysRepository } from './asset-keys.repository.js';
import { AssetKeyResponse, readOnlyAssetKeyFields } from './dto/asset-key.response.js';
import type { CreateAssetKeyRequest, UpdateAssetKeyRequest } from './dto/create-asset-key.request.js';
import type { ListAssetKeysQuery } from './dto/list-asset-keys.query.js';
import { publicPemOf, rsaKeyOf, type RsaKey } from './rsa-key.rules.js';

const generate = promisify(generateKeyPair);
/** Of keys that are made here: good beyond 2030, and an ESP32 verifies one in some milliseconds. */
const madeBits = 3072;

/** What a private key is sealed for. */
export const assetKeyPurpose = (tenantId: string, id: string) => `asset-key:${tenantId}:${id}`;

/** Makes, renames, switches off and removes the keys of assets. The only writer of the asset_keys table. */
@Injectable()
export class AssetKeysService {
  constructor(
    private readonly keys: AssetKeysRepository,
    private readonly secrets: SecretBox,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, query: ListAssetKeysQuery): Promise<{ rows: Row<AssetKey>[]; total: number }> {
    return this.keys.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<Row<AssetKey>> {
    const key = await this.keys.find(tenant, id);
    if (key === null) throw new AssetKeyNotFound();
    return key;
  }

  /** `madePem`: the private half, where it was made here and is known to nobody yet. */
  async create(
    tenant: Tenant,
    request: CreateAssetKeyRequest,
  ): Promise<{ key: Row<AssetKey>; madePem: string | null }> {
    const given = givenKeyOf(request);
    const rsa = given ?? (await madeKey());
    const now = this.clock.now();
    const id = newId(now.getTime());
    const privatePem = rsa.privateKey?.export({ type: 'pkcs8', format: 'pem' }).toString() ?? null;
    const key: Row<AssetKey> = {
      ...{ id, tenantId: tenant.id, name: request.name, enabled: request.enabled ?? true },
      ...{ bits: rsa.bits, fingerprint: rsa.fingerprint, publicKey: publicPemOf(rsa.publicKey) },
      privateKeySealed: privatePem === null ? null : this.secrets.seal(privatePem, assetKeyPurpose(tenant.id, id)),
      ...{ createdAt: now, updatedAt: now, deletedAt: null },
    };
    await this.transactions.run(async (tx) => {
      await this.keys.insert(tx, key);
      await this.edits.record(tx, tenant, 'asset_key', 'created', { after: key });
    });
    return { key, madePem: given === undefined ? privatePem : null };
  }

  async update(tenant: Tenant, id: string, request: UpdateAssetKeyRequest): Promise<Row<AssetKey>> {
    refuseReadOnly(request, new AssetKeyResponse(await this.get(tenant, id)), readOnlyAssetKeyFields);
    const { name, enabled } = request;
    await this.transactions.run(async (tx) => {
      const key = await this.lock(tx, tenant, id);
      const edited = { ...key, ...definedOf({ name, enabled }) };
      if (isDeepStrictEqual(edited, { ...key })) return;
      await this.keys.update(tx, { ...edited, updatedAt: this.clock.now() });
      await this.edits.record(tx, tenant, 'asset_key', 'updated', { before: key, after: edited });
    });
    return this.get(tenant, id);
  }

  /** What it has signed stays; it signs nothing more. */
  async remove(tenant: Tenant, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const key = await this.lock(tx, tenant, id);
      await this.keys.update(tx, { ...key, enabled: false, privateKeySealed: null, deletedAt: this.clock.now() });
      await this.edits.record(tx, tenant, 'asset_key', 'deleted', { before: key });
    });
  }

  private async lock(tx: Tx, tenant: Tenant, id: string): Promise<Row<AssetKey>> {
    const key = await this.keys.findForUpdate(tx, tenant, id);
    if (key === null) throw new AssetKeyNotFound();
    return key;
  }
}

/** Undefined where the request brings none. */
function givenKeyOf({ public_key, private_key }: CreateAssetKeyRequest): RsaKey | undefined {
  const publicKey = readKeyIfAny('public_key', public_key);
  const privateKey = readKeyIfAny('private_key', private_key);
  if (publicKey !== undefined && publicKey.privateKey !== null) throw refused('public_key', 'is a private key');
  if (privateKey !== undefined && privateKey.privateKey === null) throw refused('private_key', 'is a public key');
  if (publicKey !== undefined && privateKey !== undefined && publicKey.fingerprint !== privateKey.fingerprint) {
    throw refused('public_key', 'is not the public half of the private key');
  }
  return privateKey ?? publicKey;
}

function readKeyIfAny(path: string, pem: string | null | undefined): RsaKey | undefined {
  return pem === null || pem === undefined ? undefined : readKey(path, pem);
}

function readKey(path: string, pem: string): RsaKey {
  const key = rsaKeyOf(pem);
  if (typeof key === 'string') throw refused(path, key);
  return key;
}

function refused(path: string, message: string): ValidationFailed {
  return new ValidationFailed([{ path, message }]);
}

async function madeKey(): Promise<RsaKey> {
  const { privateKey } = await generate('rsa', { modulusLength: madeBits });
  return readKey('private_key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
