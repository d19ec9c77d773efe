import { Clock } from '../../src/core/time/clock.js';

/** Stands where it is put. Starts at the real present, because PostgreSQL's own clock cannot be moved. */
export class FakeClock extends Clock {
  private offsetMs = 0;

  override nowMs(): number {
    return super.nowMs() + this.offsetMs;
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }
}
