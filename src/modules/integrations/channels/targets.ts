import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { OpenedTargets } from '../../../core/outbound/opened-targets.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { DestinationGate } from '../config/destination-gate.js';
import { IntegrationsRepository } from '../integrations.repository.js';
import { targetOf, type Target } from './target.js';

/** Keeps integrations opened and ready in memory. */
@Injectable()
export class Targets extends OpenedTargets<Target> {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly gate: DestinationGate,
    changes: Changes,
    clock: Clock,
  ) {
    super('integration', changes, clock);
  }

  async read(tenant: Tenant, integrationId: string): Promise<Target | null> {
    const stored = await this.integrations.find(tenant, integrationId);
    return stored === null ? null : targetOf(tenant, stored, this.gate.open(tenant, stored.id, stored));
  }
}
