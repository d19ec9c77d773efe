import { Batcher } from '../../../core/batching/batcher.js';
import { Deadline } from '../../../core/outbound/deadline.js';
import { failed } from '../../runs/channels/attempt-outcome.contract.js';
import type { AttemptOutcome } from '../../runs/channels/channels.service.js';

/** One thing to write and who waits for it. */
interface Pending<Item> {
  item: Item;
  signal: AbortSignal;
}

/** How one storage is written to. */
export interface BatchedWritesOptions<Item> {
  /** Begins the codes of its failures: `influxdb`, `postgresql`. */
  driver: string;
  timeoutMs: number;
  /** Batches under way at once. */
  maxInFlight: number;
  /** Writes all of them, and tells what that came to for each. What throws as one item's fault is halved and tried again. */
  write: (items: Item[]) => Promise<AttemptOutcome[]>;
  isItemsFault: (error: unknown) => boolean;
}

/** Enough that a storage is not the bottleneck, few enough that a bad point is found in nine writes. */
const maxItems = 500;

/**
 * Gathers the attempts on one storage into writes: those that begin while another write is under way, or in the same
 * moment, leave together. Each ends by its own outcome and in its own time.
 */
export class BatchedWrites<Item> {
  private readonly batcher: Batcher<Pending<Item>, AttemptOutcome>;

  constructor(private readonly options: BatchedWritesOptions<Item>) {
    const { maxInFlight, isItemsFault } = options;
    this.batcher = new Batcher({ flush: (items) => this.flush(items), maxItems, maxInFlight, isItemsFault });
  }

  async add(item: Item, outer: AbortSignal): Promise<AttemptOutcome> {
    const { driver, timeoutMs } = this.options;
    const deadline = new Deadline(timeoutMs, outer);
    const { promise: ended, resolve } = Promise.withResolvers<AttemptOutcome>();
    const onAbort = (): void => {
      resolve(
        deadline.expired
          ? failed(`${driver}.timeout`, `not written within ${timeoutMs} ms`, true)
          : failed(`${driver}.aborted`, 'given up before it was written', true),
      );
    };
    deadline.signal.addEventListener('abort', onAbort, { once: true });
    if (deadline.signal.aborted) onAbort();
    try {
      return await Promise.race([this.batcher.add({ item, signal: deadline.signal }), ended]);
    } finally {
      deadline.clear();
    }
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    return this.batcher.idle();
  }

  /** Nobody waits any more for what was given up in the queue. */
  private async flush(pending: Pending<Item>[]): Promise<AttemptOutcome[]> {
    const wanted = pending.filter(({ signal }) => !signal.aborted);
    const written = wanted.length === 0 ? [] : await this.options.write(wanted.map(({ item }) => item));
    const outcomes = new Map(wanted.map((one, index) => [one, written[index]]));
    return pending.map((one) => outcomes.get(one) ?? failed(`${this.options.driver}.aborted`, 'given up', true));
  }
}
