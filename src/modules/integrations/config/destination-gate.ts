import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Egress } from '../../../core/egress/egress.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { Integration } from '../integration.entity.js';
import { destinationOf } from '../integration.rules.js';
import { DestinationRefused } from '../../../core/outbound/destination-refused.error.js';
import type { Destination, IntegrationType } from './integration-config.js';
import { parseDestination } from './parse-destination.rules.js';
import { SealedSecrets, type SecretOwner } from '../../../core/outbound/sealed-secrets.js';
import { joinSecrets } from '../../../core/outbound/secrets.rules.js';
import { partSecrets } from './secrets.rules.js';

type StoredColumns = Pick<Integration, 'type' | 'config' | 'secretsSealed'>;

/** Stands between a config as it was sent and one as it is stored: parsed, allowed to be reached, secrets sealed. */
@Injectable()
export class DestinationGate {
  constructor(
    private readonly secrets: SealedSecrets,
    private readonly egress: Egress,
  ) {}

  /** Masks in the sent config keep what `stored` has in their places, as long as the type stays the same. */
  admit(
    tenant: Tenant,
    id: string,
    sent: { type: IntegrationType; config: Record<string, unknown> },
    stored?: StoredColumns,
  ): StoredColumns {
    const kept = stored?.type === sent.type ? this.secrets.open(tenant, ownerOf(id), stored.secretsSealed) : {};
    const destination = parseDestination(sent.type, sent.config, kept);
    this.refuseForbiddenAddress(destination);
    const { shown, secrets } = partSecrets(destination);
    const isUnchanged = stored?.type === sent.type && isDeepStrictEqual(secrets, kept);
    const secretsSealed = isUnchanged ? stored.secretsSealed : this.secrets.seal(tenant, ownerOf(id), secrets);
    return { ...shown, secretsSealed };
  }

  /** The other way: a stored integration with its secrets in place, to be used and never shown. */
  open(tenant: Tenant, id: string, stored: StoredColumns): Destination {
    const { type, config } = stored;
    return destinationOf({
      type,
      config: joinSecrets(config, this.secrets.open(tenant, ownerOf(id), stored.secretsSealed)),
    });
  }

  /** Only what is written as an address can be judged now; names are judged at each connection. */
  private refuseForbiddenAddress({ type, config }: Destination): void {
    const host = type === 'http' ? new URL(config.url.replaceAll(/\{\{[^{}]*\}\}/g, 'x')).hostname : config.host;
    const reason = this.egress.whyRefused(host);
    if (reason !== undefined) throw new DestinationRefused(type === 'http' ? 'config.url' : 'config.host', reason);
  }
}

function ownerOf(id: string): SecretOwner {
  return { kind: 'integration', id };
}
