const defaultWaitMs = 10_000;

/** Keeps what arrived in order and lets a test wait for the n-th without sleeping. */
export class Arrivals<Item> {
  readonly items: Item[] = [];
  private waiting: { count: number; resolve: () => void }[] = [];

  add(item: Item): void {
    this.items.push(item);
    const [ready, notYet] = [
      this.waiting.filter(({ count }) => this.items.length >= count),
      this.waiting.filter(({ count }) => this.items.length < count),
    ];
    this.waiting = notYet;
    ready.forEach(({ resolve }) => {
      resolve();
    });
  }

  /** Everything that arrived, as soon as it is at least `count`; fails when that takes longer than `withinMs`. */
  async atLeast(count: number, withinMs = defaultWaitMs): Promise<readonly Item[]> {
    if (this.items.length >= count) return this.items;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`waited ${withinMs} ms for ${count} arrivals, ${this.items.length} came`));
      }, withinMs);
    });
    const arrived = new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    try {
      await Promise.race([arrived, late]);
    } finally {
      clearTimeout(timer);
    }
    return this.items;
  }

  clear(): void {
    this.items.length = 0;
  }
}
