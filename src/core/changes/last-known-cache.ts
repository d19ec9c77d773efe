import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Clock } from '../time/clock.js';
import { ChangeCache } from './change-cache.js';

/** How long what was known last is still good while the database cannot be asked, so that what comes in can be spooled. */
const lastKnownMaxAgeMs = 10 * 60_000;
/** A database that does not answer must not eat the five seconds that ChirpStack gives us. */
const patienceMs = 1_000;
/** After it did not answer, it is not asked again at once: a message must not wait behind each try. */
const restMs = 1_000;

interface LastKnown<Value> {
  value: Value;
  loadedAtMs: number;
}

/**
 * Keeps credentials in memory: for 30 s as what they are, dropped when they change; and for 10 min as what they last
 * were, used only while the database is away. One that is known to be revoked is in neither.
 *
 * @example
 * private readonly keys = new LastKnownCache<KeyAccess>(this.clock, 10_000, (prefix) => this.repository.findAccess(prefix));
 * changes.onChange('device_key', ({ entityId }) => this.keys.forget((key) => key.id === entityId));
 */
export class LastKnownCache<Value> {
  private readonly logger = new Logger(LastKnownCache.name);
  private readonly fresh: ChangeCache<Value | null>;
  private readonly lastKnown = new Map<string, LastKnown<Value>>();
  private restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly maxEntries: number,
    private readonly read: (key: string) => Promise<Value | null>,
  ) {
    this.fresh = new ChangeCache(clock, maxEntries);
  }

  /** What is in memory, without waiting; null where it is known that there is none, undefined when it must be looked up. */
  peek(key: string): Value | null | undefined {
    return this.fresh.peek(key);
  }

  async find(key: string): Promise<Value | null> {
    const last = this.recall(key);
    if (last === null) return this.lookUp(key);
    if (this.clock.nowMs() < this.restUntilMs) return last;
    const answer = await Promise.race([this.tryToLookUp(key), pause(patienceMs, undefined, { ref: false })]);
    if (answer !== undefined) return answer;
    this.restUntilMs = this.clock.nowMs() + restMs;
    return last;
  }

  /** Those that changed; where none is here that did, one may be on its way by a look-up that began before the change. */
  forget(isChanged: (value: Value) => boolean): void {
    let isHere = false;
    for (const [key, { value }] of this.lastKnown) {
      if (!isChanged(value)) continue;
      this.lastKnown.delete(key);
      this.fresh.drop(key);
      isHere = true;
    }
    if (!isHere) this.fresh.clear();
  }

  private async tryToLookUp(key: string): Promise<Value | null | undefined> {
    try {
      return await this.lookUp(key);
    } catch (error) {
      this.logger.warn({ err: error, key }, 'a credential could not be looked up and is taken as it last was');
      return undefined;
    }
  }

  private async lookUp(key: string): Promise<Value | null> {
    const loadedAtMs = this.clock.nowMs();
    const value = await this.fresh.load(key, () => this.read(key));
    // Not kept means that it changed while it was read.
    if (this.fresh.peek(key) === value) this.remember(key, value, loadedAtMs);
    return value;
  }

  private remember(key: string, value: Value | null, loadedAtMs: number): void {
    this.lastKnown.delete(key);
    if (value !== null) this.lastKnown.set(key, { value, loadedAtMs });
    const oldest = this.lastKnown.keys().next().value;
    if (this.lastKnown.size > this.maxEntries && oldest !== undefined) this.lastKnown.delete(oldest);
  }

  private recall(key: string): Value | null {
    const last = this.lastKnown.get(key);
    return last !== undefined && this.clock.nowMs() - last.loadedAtMs < lastKnownMaxAgeMs ? last.value : null;
  }
}
