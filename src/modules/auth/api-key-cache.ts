import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../core/changes/change-cache.js';
import { Changes } from '../../core/changes/changes.js';
import { Clock } from '../../core/time/clock.js';
import { ApiKeysRepository, type ApiKeyAccess } from './api-keys.repository.js';

const maxKeysKept = 10_000;
/** How long a key is still good while the database cannot be asked, so that what it sends can be spooled. */
const lastKnownMaxAgeMs = 10 * 60_000;
/** A database that does not answer must not eat the five seconds that ChirpStack gives us. */
const patienceMs = 1_000;
/** After it did not answer, it is not asked again at once: an uplink must not wait behind each try. */
const restMs = 1_000;

interface LastKnown {
  access: ApiKeyAccess;
  loadedAtMs: number;
}

/**
 * Keeps API keys in memory: for 30 s as what they are, dropped when they change; and for 10 min as what they last were,
 * used only while the database is away. A key that is known to be revoked is in neither.
 */
@Injectable()
export class ApiKeyCache implements OnModuleInit {
  private readonly logger = new Logger(ApiKeyCache.name);
  private readonly fresh: ChangeCache<ApiKeyAccess | null>;
  private readonly lastKnown = new Map<string, LastKnown>();
  private restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {
    this.fresh = new ChangeCache(clock, maxKeysKept);
  }

  onModuleInit(): void {
    this.changes.onChange('api_key', ({ entityId }) => {
      this.forget(entityId);
    });
  }

  /** What is in memory, without waiting; null for a prefix that no key has, undefined when it must be looked up. */
  peek(prefix: string): ApiKeyAccess | null | undefined {
    return this.fresh.peek(prefix);
  }

  async find(prefix: string): Promise<ApiKeyAccess | null> {
    const last = this.recall(prefix);
    if (last === null) return this.lookUp(prefix);
    if (this.clock.nowMs() < this.restUntilMs) return last;
    const answer = await Promise.race([this.tryToLookUp(prefix), pause(patienceMs, undefined, { ref: false })]);
    if (answer !== undefined) return answer;
    this.restUntilMs = this.clock.nowMs() + restMs;
    return last;
  }

  private async tryToLookUp(prefix: string): Promise<ApiKeyAccess | null | undefined> {
    try {
      return await this.lookUp(prefix);
    } catch (error) {
      this.logger.warn({ err: error, prefix }, 'an API key could not be looked up and is taken as it last was');
      return undefined;
    }
  }

  private async lookUp(prefix: string): Promise<ApiKeyAccess | null> {
    const loadedAtMs = this.clock.nowMs();
    const access = await this.fresh.load(prefix, () => this.keys.findAccess(prefix));
    // Not kept means that it changed while it was read.
    if (this.fresh.peek(prefix) === access) this.remember(prefix, access, loadedAtMs);
    return access;
  }

  private remember(prefix: string, access: ApiKeyAccess | null, loadedAtMs: number): void {
    this.lastKnown.delete(prefix);
    if (access !== null) this.lastKnown.set(prefix, { access, loadedAtMs });
    const oldest = this.lastKnown.keys().next().value;
    if (this.lastKnown.size > maxKeysKept && oldest !== undefined) this.lastKnown.delete(oldest);
  }

  private recall(prefix: string): ApiKeyAccess | null {
    const last = this.lastKnown.get(prefix);
    return last !== undefined && this.clock.nowMs() - last.loadedAtMs < lastKnownMaxAgeMs ? last.access : null;
  }

  private forget(id: string): void {
    for (const [prefix, { access }] of this.lastKnown) {
      if (access.id !== id) continue;
      this.lastKnown.delete(prefix);
      this.fresh.drop(prefix);
      return;
    }
    // It may be on its way into memory by a look-up that began before the change.
    this.fresh.clear();
  }
}
