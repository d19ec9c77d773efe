import { Injectable } from '@nestjs/common';
import { SecretBox } from '../crypto/secret-box.js';
import { isObject } from '../json/object-reader.js';
import type { Tenant } from '../tenancy/tenant.js';
import type { Secrets } from './secrets.rules.js';

/** Whose secrets: a sealed text that is copied to another row does not open there. */
export interface SecretOwner {
  kind: 'integration' | 'storage';
  id: string;
}

/** Seals an outward connection's secrets for the database, all in one, and opens them again. */
@Injectable()
export class SealedSecrets {
  constructor(private readonly box: SecretBox) {}

  seal(tenant: Tenant, owner: SecretOwner, secrets: Secrets): string | null {
    if (Object.keys(secrets).length === 0) return null;
    return this.box.seal(JSON.stringify(secrets), associatedData(tenant, owner));
  }

  open(tenant: Tenant, owner: SecretOwner, sealed: string | null): Secrets {
    if (sealed === null) return {};
    const opened: unknown = JSON.parse(this.box.open(sealed, associatedData(tenant, owner)));
    if (!isObject(opened)) return {};
    return Object.fromEntries(Object.entries(opened).map(([place, secret]) => [place, String(secret)]));
  }
}

function associatedData(tenant: Tenant, { kind, id }: SecretOwner): string {
  return `${kind}:${tenant.id}:${id}`;
}
