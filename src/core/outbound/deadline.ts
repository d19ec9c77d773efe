/** One attempt's end: its own time, or whoever asked for it gives up, whichever comes first. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly giveUp = (): void => {
    this.controller.abort();
  };
  /** Its own time ran out. */
  expired = false;

  constructor(
    timeoutMs: number,
    private readonly outer: AbortSignal,
  ) {
    this.timer = setTimeout(() => {
      this.expired = true;
      this.controller.abort();
    }, timeoutMs);
    outer.addEventListener('abort', this.giveUp, { once: true });
    if (outer.aborted) this.controller.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Must be called at the attempt's end, or the timer keeps it alive. */
  clear(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.giveUp);
  }
}
