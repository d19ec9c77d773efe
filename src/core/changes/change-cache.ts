import type { Clock } from '../time/clock.js';

const maxAgeMs = 30_000;

interface Entry<Value> {
  value: Value;
  loadedAtMs: number;
}

/**
 * What edits may change, kept in memory: dropped when its change is heard, and after 30 s in any case. A value that was
 * being loaded while its change came in is answered but not kept. Bounded: the oldest loaded leaves first.
 *
 * @example
 * private readonly codes = new ChangeCache<FunctionCode>(this.clock, 10_000);
 * changes.onChange('function', ({ entityId }) => this.codes.drop(entityId));
 * const code = this.codes.peek(id) ?? (await this.codes.load(id, () => this.repository.find(id)));
 */
export class ChangeCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();
  private readonly loading = new Map<string, Promise<Value>>();

  constructor(
    private readonly clock: Clock,
    private readonly maxEntries: number,
  ) {}

  /** The kept value, without waiting; undefined when it is not here or too old. */
  peek(key: string): Value | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && this.clock.nowMs() - entry.loadedAtMs < maxAgeMs ? entry.value : undefined;
  }

  /** The kept value, or the loader's; callers of one key share one load. */
  async load(key: string, loader: () => Promise<Value>): Promise<Value> {
    const kept = this.peek(key);
    if (kept !== undefined) return kept;
    const started = this.loading.get(key);
    if (started !== undefined) return started;
    const loadedAtMs = this.clock.nowMs();
    const load = loader();
    this.loading.set(key, load);
    try {
      const value = await load;
      if (this.loading.get(key) === load) this.keep(key, { value, loadedAtMs });
      return value;
    } finally {
      if (this.loading.get(key) === load) this.loading.delete(key);
    }
  }

  drop(key: string): void {
    this.entries.delete(key);
    this.loading.delete(key);
  }

  /** What is being loaded is answered, but not kept: it may have been read before a change. */
  distrustLoads(): void {
    this.loading.clear();
  }

  clear(): void {
    this.entries.clear();
    this.loading.clear();
  }

  private keep(key: string, entry: Entry<Value>): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.maxEntries) {
      const oldest = this.entries.keys().next().value;
      if (oldest !== undefined) this.entries.delete(oldest);
    }
  }
}
