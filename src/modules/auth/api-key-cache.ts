import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import { LastKnownCache } from '../../core/changes/last-known-cache.js';
import { Clock } from '../../core/time/clock.js';
import { ApiKeysRepository, type ApiKeyAccess } from './api-keys.repository.js';

const maxKeysKept = 10_000;

/** Keeps API keys in memory, so that an uplink costs one look, and goes on for ten minutes without the database. */
@Injectable()
export class ApiKeyCache implements OnModuleInit {
  private readonly known: LastKnownCache<ApiKeyAccess>;

  constructor(
    keys: ApiKeysRepository,
    private readonly changes: Changes,
    clock: Clock,
  ) {
    this.known = new LastKnownCache(
      clock,
      maxKeysKept,
      (prefix) => keys.findAccess(prefix),
      ({ id }) => [id],
    );
  }

  onModuleInit(): void {
    this.changes.onChange('api_key', ({ entityId }) => {
      this.known.forget(entityId);
    });
  }

  /** What is in memory, without waiting; null for a prefix that no key has, undefined when it must be looked up. */
  peek(prefix: string): ApiKeyAccess | null | undefined {
    return this.known.peek(prefix);
  }

  async find(prefix: string): Promise<ApiKeyAccess | null> {
    return this.known.find(prefix);
  }
}
