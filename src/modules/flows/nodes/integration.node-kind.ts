import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import type { NodeKind } from './node-kind.js';

/** Delivers each message over HTTP or MQTT, and passes it on. */
@Injectable()
export class IntegrationNodeKind implements NodeKind {
  readonly type = 'integration';
  readonly isTrigger = false;

  constructor(private readonly integrations: IntegrationsService) {}

  existing(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly string[]> {
    return this.integrations.idsForUse(tx, tenant, ids);
  }
}
