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
 * private readonly keys = new LastKnownCache<KeyAccess>(this.clock, 10_000, (prefix) => repository.findAccess(prefix), (key) => [key.id]);
 * changes.onChange('device_key', ({ entityId }) => this.keys.forget(entityId));
 */
export class LastKnownCache<Value> {
  private readonly logger = new Logger(LastKnownCache.name);
  private readonly fresh: ChangeCache<Value | null>;
  private readonly lastKnown = new Map<string, LastKnown<Value>>();
  /** Which keys lead to something with this id: a change costs what it touches, however much is kept. */
  private readonly keysOfId = new Map<string, Set<string>>();
  /** Keys of which it is known that there is nothing. */
  private readonly absent = new Set<string>();
  private restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly maxEntries: number,
    private readonly read: (key: string) => Promise<Value | null>,
    private readonly idsOf: (value: Value) => readonly string[],
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

  /** Drops what has this id, what may come to have it, and what a look-up that began before the change will bring. */
  forget(id: string): void {
    for (const key of this.keysOfId.get(id) ?? []) {
      this.forgetKey(key);
      this.fresh.drop(key);
    }
    for (const key of this.absent) this.fresh.drop(key);
    this.absent.clear();
    this.fresh.distrustLoads();
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
    this.forgetKey(key);
    if (value === null) {
      this.absent.add(key);
    } else {
      this.lastKnown.set(key, { value, loadedAtMs });
      for (const id of this.idsOf(value)) this.keysOf(id).add(key);
    }
    this.leaveRoom();
  }

  private leaveRoom(): void {
    for (const kept of [this.lastKnown, this.absent]) {
      const [oldest] = kept.keys();
      if (kept.size <= this.maxEntries || oldest === undefined) continue;
      this.forgetKey(oldest);
      this.fresh.drop(oldest);
    }
  }

  private forgetKey(key: string): void {
    this.absent.delete(key);
    const last = this.lastKnown.get(key);
    if (last === undefined) return;
    this.lastKnown.delete(key);
    for (const id of this.idsOf(last.value)) {
      const keys = this.keysOf(id);
      keys.delete(key);
      if (keys.size === 0) this.keysOfId.delete(id);
    }
  }

  private keysOf(id: string): Set<string> {
    const keys = this.keysOfId.get(id) ?? new Set<string>();
    this.keysOfId.set(id, keys);
    return keys;
  }

  private recall(key: string): Value | null {
    const last = this.lastKnown.get(key);
    return last !== undefined && this.clock.nowMs() - last.loadedAtMs < lastKnownMaxAgeMs ? last.value : null;
  }
}
