import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Egress } from '../../../core/egress/egress.js';
import { DestinationRefused } from '../../../core/outbound/destination-refused.error.js';
import { SealedSecrets, type SecretOwner } from '../../../core/outbound/sealed-secrets.js';
import { joinSecrets, partConfig } from '../../../core/outbound/secrets.rules.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Storage } from '../storage.entity.js';
import { parseStorage } from './parse-storage.rules.js';
import { secretPlaces, type StorageTarget, type StorageType } from './storage-config.js';

type StoredColumns = Pick<Storage, 'type' | 'config' | 'secretsSealed'>;

/** Stands between a config as it was sent and one as it is stored: parsed, allowed to be reached, secrets sealed. */
@Injectable()
export class StorageGate {
  constructor(
    private readonly secrets: SealedSecrets,
    private readonly egress: Egress,
  ) {}

  /** Masks in the sent config keep what `stored` has in their places, as long as the type stays the same. */
  admit(
    tenant: Tenant,
    id: string,
    sent: { type: StorageType; config: Record<string, unknown> },
    stored?: StoredColumns,
  ): StoredColumns {
    const kept = stored?.type === sent.type ? this.secrets.open(tenant, ownerOf(id), stored.secretsSealed) : {};
    const { type, config } = parseStorage(sent.type, sent.config, kept);
    // Only what is written as an address can be judged now; names are judged at each connection.
    const reason = this.egress.whyRefused(config.host);
    if (reason !== undefined) throw new DestinationRefused('host', reason);
    const { shown, secrets } = partConfig(config, secretPlaces);
    const isUnchanged = stored?.type === sent.type && isDeepStrictEqual(secrets, kept);
    const secretsSealed = isUnchanged ? stored.secretsSealed : this.secrets.seal(tenant, ownerOf(id), secrets);
    return { type, config: shown, secretsSealed };
  }

  /** The other way: a stored storage with its secrets in place, to be used and never shown. */
  open(tenant: Tenant, id: string, { type, config, secretsSealed }: StoredColumns): StorageTarget {
    const whole = joinSecrets(config, this.secrets.open(tenant, ownerOf(id), secretsSealed));
    return { type, config: whole } as StorageTarget;
  }
}

function ownerOf(id: string): SecretOwner {
  return { kind: 'storage', id };
}
