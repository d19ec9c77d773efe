/** Lets so many pieces of work through at once, in the order they came; when too many wait already, none more. */
export class Turnstile {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly width: number,
    private readonly maxWaiting: number,
    private readonly refusal: () => Error,
  ) {}

  async pass<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.inside < this.width) {
      this.inside += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting) throw this.refusal();
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
    });
  }

  /** Whoever waits longest takes the place that is left. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside -= 1;
    else next();
  }
}
