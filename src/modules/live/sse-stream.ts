import { Readable } from 'node:stream';
import { resetFrame } from './sse-format.rules.js';

/** One listener's unread frames; some 2,000 events. */
const maxUnreadBytes = 1024 * 1024;

/**
 * The frames on their way to one listener. One that does not read fast enough loses what comes meanwhile, and is told so
 * when it has read half of what waits: nobody's slowness may cost the server memory.
 */
export class SseStream extends Readable {
  private losingSinceMs: number | undefined;
  private hasEnded = false;

  constructor(private readonly maxUnread = maxUnreadBytes) {
    super();
  }

  send(frame: string): void {
    if (this.destroyed || this.hasEnded) return;
    if (this.losingSinceMs !== undefined) {
      if (this.readableLength > this.maxUnread / 2) return;
      this.losingSinceMs = undefined;
      this.push(resetFrame('too_slow'));
    }
    // A frame that is larger than all of it has to go out alone.
    const isTooMuch = this.readableLength > 0 && this.readableLength + frame.length > this.maxUnread;
    if (isTooMuch) this.losingSinceMs = performance.now();
    else this.push(frame);
  }

  /** Nothing more will come; what is unread is still sent. */
  end(): void {
    if (this.destroyed || this.hasEnded) return;
    this.hasEnded = true;
    this.push(null);
  }

  /** For so long it has lost what was sent to it. */
  get losingForMs(): number {
    return this.losingSinceMs === undefined ? 0 : performance.now() - this.losingSinceMs;
  }

  /** What there is has been pushed already. */
  override _read(): void {
    return;
  }
}
