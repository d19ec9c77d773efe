import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import type { Row } from '../../../core/database/row.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AuthService } from '../../auth/auth.service.js';
import type { AssetKey } from './asset-key.entity.js';
import { AssetKeysRepository } from './asset-keys.repository.js';
import { assetKeyPurpose } from './asset-keys.service.js';
import { rsaKeyOf, type RsaKey } from './rsa-key.rules.js';
import { SigningKeyFile } from './signing-key-file.js';

/** A key that may upload, and whose. */
export interface UploadKey {
  tenant: Tenant;
  fingerprint: string;
  publicKey: KeyObject;
}

/** A key that manifests are signed with. */
export interface ManifestKey {
  fingerprint: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** Finds keys for uploads and manifests: those of tenants are rows, the default tenant's is also a file. */
@Injectable()
export class AssetKeyring {
  private tenant: Tenant | undefined;

  constructor(
    private readonly keys: AssetKeysRepository,
    private readonly file: SigningKeyFile,
    private readonly auth: AuthService,
    private readonly secrets: SecretBox,
  ) {}

  /** Those that an upload may be signed with: the one that it names, else those of the default tenant. */
  async uploadKeys(keyId: string | undefined): Promise<UploadKey[]> {
    if (keyId !== undefined) {
      const key = await this.keys.findUsable(keyId);
      return key === null ? [] : [uploadKeyOf(key)];
    }
    const tenant = await this.defaultTenant();
    const rows = await this.keys.listUsable(tenant);
    return [...(this.file.key === null ? [] : [{ ...this.file.key, tenant }]), ...rows.map(uploadKeyOf)];
  }

  /** The default tenant's file, else the newest key whose private half is here; null where none is. */
  async manifestKey(tenant: Tenant): Promise<ManifestKey | null> {
    if (tenant.id === (await this.defaultTenant()).id) {
      const { key } = this.file;
      if (key !== null && key.privateKey !== null) return { ...key, privateKey: key.privateKey };
    }
    const rows = await this.keys.listUsable(tenant);
    const row = rows.find(({ privateKeySealed }) => privateKeySealed !== null);
    return row === undefined ? null : this.opened(row);
  }

  private opened({ id, tenantId, privateKeySealed }: Row<AssetKey>): ManifestKey | null {
    if (privateKeySealed === null) return null;
    const key = stored(this.secrets.open(privateKeySealed, assetKeyPurpose(tenantId, id)));
    return key.privateKey === null ? null : { ...key, privateKey: key.privateKey };
  }

  private async defaultTenant(): Promise<Tenant> {
    // Its id never changes.
    this.tenant ??= await this.auth.ensureDefaultTenant();
    return this.tenant;
  }
}

function uploadKeyOf({ tenantId, publicKey }: Row<AssetKey>): UploadKey {
  return { tenant: { id: tenantId }, ...stored(publicKey) };
}

function stored(pem: string): RsaKey {
  const key = rsaKeyOf(pem);
  if (typeof key === 'string') throw new Error(`a stored key of assets ${key}`);
  return key;
}
