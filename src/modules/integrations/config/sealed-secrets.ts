import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { isObject } from './object-reader.js';
import type { Secrets } from './secrets.rules.js';

/** Seals an integration's secrets for the database, all in one, and opens them again. */
@Injectable()
export class SealedSecrets {
  constructor(private readonly box: SecretBox) {}

  seal(tenant: Tenant, integrationId: string, secrets: Secrets): string | null {
    if (Object.keys(secrets).length === 0) return null;
    return this.box.seal(JSON.stringify(secrets), associatedData(tenant, integrationId));
  }

  open(tenant: Tenant, integrationId: string, sealed: string | null): Secrets {
    if (sealed === null) return {};
    const opened: unknown = JSON.parse(this.box.open(sealed, associatedData(tenant, integrationId)));
    if (!isObject(opened)) return {};
    return Object.fromEntries(Object.entries(opened).map(([place, secret]) => [place, String(secret)]));
  }
}

/** A sealed text that is copied to another row does not open there. */
function associatedData(tenant: Tenant, integrationId: string): string {
  return `integration:${tenant.id}:${integrationId}`;
}
