import type { OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../changes/change-cache.js';
import type { Changes } from '../changes/changes.js';
import type { Tenant } from '../tenancy/tenant.js';
import type { Clock } from '../time/clock.js';

const maxTargets = 10_000;

/** Keeps destinations of one kind opened and ready in memory, so that a delivery costs no query. */
export abstract class OpenedTargets<Target> implements OnModuleInit {
  private readonly cache: ChangeCache<Target | null>;

  /** `kind`: the change that tells of an edit. */
  constructor(
    private readonly kind: string,
    private readonly changes: Changes,
    clock: Clock,
  ) {
    this.cache = new ChangeCache(clock, maxTargets);
  }

  onModuleInit(): void {
    this.changes.onChange(this.kind, ({ tenantId, entityId }) => {
      this.cache.drop(keyOf(tenantId, entityId));
    });
  }

  /** Null if the tenant has no such one. */
  async get(tenant: Tenant, id: string): Promise<Target | null> {
    const key = keyOf(tenant.id, id);
    return this.cache.peek(key) ?? this.cache.load(key, () => this.read(tenant, id));
  }

  /** Past the cache, for whoever has just edited and wants to see what it does. */
  abstract read(tenant: Tenant, id: string): Promise<Target | null>;
}

function keyOf(tenantId: string, id: string): string {
  return `${tenantId}:${id}`;
}
