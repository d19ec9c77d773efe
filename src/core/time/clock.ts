import { Injectable } from '@nestjs/common';

/** The only source of the current time; tests replace it and years pass in a moment. */
@Injectable()
export class Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number {
    return Date.now();
  }

  now(): Date {
    return new Date(this.nowMs());
  }
}
