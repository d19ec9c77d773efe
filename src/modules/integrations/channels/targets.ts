import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../../core/changes/change-cache.js';
import { Changes } from '../../../core/changes/changes.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { DestinationGate } from '../config/destination-gate.js';
import { IntegrationsRepository } from '../integrations.repository.js';
import { targetOf, type Target } from './target.js';

const maxTargets = 10_000;

/** Keeps integrations opened and ready in memory, so that a delivery costs no query. */
@Injectable()
export class Targets implements OnModuleInit {
  private readonly cache: ChangeCache<Target | null>;

  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly gate: DestinationGate,
    private readonly changes: Changes,
    clock: Clock,
  ) {
    this.cache = new ChangeCache(clock, maxTargets);
  }

  onModuleInit(): void {
    this.changes.onChange('integration', ({ tenantId, entityId }) => {
      this.cache.drop(keyOf(tenantId, entityId));
    });
  }

  /** Null if the tenant has no such integration. */
  async get(tenant: Tenant, destinationId: string): Promise<Target | null> {
    const key = keyOf(tenant.id, destinationId);
    return this.cache.peek(key) ?? this.cache.load(key, () => this.read(tenant, destinationId));
  }

  /** Past the cache, for whoever has just edited and wants to see what it does. */
  async read(tenant: Tenant, destinationId: string): Promise<Target | null> {
    const stored = await this.integrations.find(tenant, destinationId);
    return stored === null ? null : targetOf(tenant, stored, this.gate.open(tenant, stored.id, stored));
  }
}

function keyOf(tenantId: string, destinationId: string): string {
  return `${tenantId}:${destinationId}`;
}
