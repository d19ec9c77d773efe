import { isRetryable, isRowsFault } from '../database/sql-state.js';

/** How a batcher flushes. */
export interface BatcherOptions<Item, Result> {
  /** Writes or reads a whole batch; answers one result per item, in the items' order. */
  flush: (items: Item[]) => Promise<Result[]>;
  maxItems: number;
  /** Flushes under way at once. Two keep PostgreSQL busy while the next batch gathers. */
  maxInFlight: number;
  /**
   * Under load the next batch leaves so long after the last one at the earliest, unless it is large enough: a flush costs
   * the same for one item and for many. What comes after a pause leaves at once.
   */
  gatherMs?: number;
  /** Items for which it is not worth waiting any longer; absent: `maxItems`. */
  enough?: number;
  /** Items waiting beyond which `add` refuses with `overflow`; the caller answers 503 rather than late. */
  maxWaiting?: number;
  overflow?: () => Error;
  /** Whether an error is one item's fault; by default what PostgreSQL says of a row's data. */
  isItemsFault?: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

const maxRetries = 3;

/**
 * Gathers what single callers ask for into batches. Nobody waits for a timer: a batch leaves as soon as a flush is
 * free, so it is one item when the house is idle and grows by itself under load.
 *
 * A deadlock is tried again. When the data of one item is to blame, the batch is halved until only the offender is
 * left to fail: bad values never hurt their neighbours. Any other error is everybody's.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private inFlight = 0;
  private scheduled = false;
  private timer: NodeJS.Timeout | undefined;
  private lastFlushAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  get waitingCount(): number {
    return this.waiting.length;
  }

  add(item: Item): Promise<Result> {
    const { maxWaiting, overflow } = this.options;
    if (maxWaiting !== undefined && overflow !== undefined && this.waiting.length >= maxWaiting) {
      return Promise.reject(overflow());
    }
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    while (this.waiting.length > 0 || this.inFlight > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One turn of the event loop later, so that what arrives together leaves together. */
  private schedule(): void {
    if (this.scheduled || this.inFlight >= this.options.maxInFlight) return;
    const { maxItems, enough = maxItems } = this.options;
    const waitMs = this.waiting.length >= enough ? 0 : this.gatherMs();
    if (waitMs > 0) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.flushNext();
      }, waitMs);
      return;
    }
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flushNext();
    });
  }

  /** How long it is worth waiting for company. */
  private gatherMs(): number {
    const { gatherMs } = this.options;
    return gatherMs === undefined ? 0 : Math.ceil(this.lastFlushAtMs + gatherMs - performance.now());
  }

  private flushNext(): void {
    if (this.waiting.length === 0 || this.inFlight >= this.options.maxInFlight) return;
    const batch = this.waiting.splice(0, this.options.maxItems);
    this.inFlight += 1;
    if (this.options.gatherMs !== undefined) this.lastFlushAtMs = performance.now();
    void this.settle(batch).finally(() => {
      this.inFlight -= 1;
      if (this.waiting.length > 0) this.schedule();
    });
    if (this.waiting.length > 0) this.schedule();
  }

  private async settle(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.flushRetrying(batch.map((waiting) => waiting.item));
      batch.forEach((waiting, index) => {
        waiting.resolve(results[index] as Result);
      });
    } catch (error) {
      const middle = batch.length >> 1;
      const { isItemsFault = isRowsFault } = this.options;
      if (middle > 0 && isItemsFault(error)) {
        await this.settle(batch.slice(0, middle));
        await this.settle(batch.slice(middle));
        return;
      }
      batch.forEach((waiting) => {
        waiting.reject(error);
      });
    }
  }

  private async flushRetrying(items: Item[]): Promise<Result[]> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.options.flush(items);
      } catch (error) {
        if (attempt === maxRetries || !isRetryable(error)) throw error;
      }
    }
  }
}
