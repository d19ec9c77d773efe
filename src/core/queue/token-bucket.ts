/** So many a second and no more: a token a piece, and at most one second's worth saved up. */
export class TokenBucket {
  private tokens: number;

  constructor(
    private ratePerSecond: number,
    private filledAtMs: number,
  ) {
    this.tokens = this.room;
  }

  /** What was saved up under another rate stays, as far as there is room for it. */
  changeRate(ratePerSecond: number, nowMs: number): void {
    if (ratePerSecond === this.ratePerSecond) return;
    this.fill(nowMs);
    this.ratePerSecond = ratePerSecond;
    this.tokens = Math.min(this.tokens, this.room);
  }

  /** How many could be taken now. */
  available(nowMs: number): number {
    this.fill(nowMs);
    return Math.max(0, Math.floor(this.tokens));
  }

  /** May leave a debt, which later tokens pay: for what has begun already. */
  take(nowMs: number): void {
    this.fill(nowMs);
    this.tokens -= 1;
  }

  /** Less than one a second is saved up to one all the same: else nothing would ever go. */
  private get room(): number {
    return Math.max(1, this.ratePerSecond);
  }

  private fill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.filledAtMs) / 1_000;
    this.tokens = Math.min(this.room, this.tokens + seconds * this.ratePerSecond);
    this.filledAtMs = nowMs;
  }
}
