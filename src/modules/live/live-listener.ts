import type { Tenant } from '../../core/tenancy/tenant.js';
import type { StandingCheck } from '../auth/standing-access.service.js';
import { isHeard } from './live-filter.rules.js';
import type { LiveFilter, LiveItem, ResetReason } from './live-item.contract.js';
import { itemFrame, readyFrame, resetFrame } from './sse-format.rules.js';
import type { SseStream } from './sse-stream.js';

/** One open stream: whose it is, what it wants to hear, and what it has been sent while it catches up. */
export class LiveListener {
  /** What comes live while the histories are read is in both. Undefined: it has caught up. */
  private sent: Set<string> | undefined = new Set();
  private isReady = false;

  constructor(
    readonly tenant: Tenant,
    readonly filter: LiveFilter,
    readonly stream: SseStream,
    readonly isAdmitted: StandingCheck,
  ) {}

  tell(item: LiveItem, frame = itemFrame(item)): void {
    if (!isHeard(this.filter, item) || this.sent?.has(item.id) === true) return;
    this.sent?.add(item.id);
    this.stream.send(frame);
  }

  reset(reason: ResetReason): void {
    this.stream.send(resetFrame(reason));
  }

  /** These are no news to it. */
  know(ids: readonly string[]): void {
    for (const id of ids) this.sent?.add(id);
  }

  /** Nothing is missed from here on. */
  ready(): void {
    this.isReady = true;
    this.stream.send(readyFrame);
  }

  /** True: the next news that are read in full hold all that the histories have told it, and it may forget that then. */
  get hasCaughtUp(): boolean {
    return this.isReady && this.sent !== undefined;
  }

  forget(): void {
    this.sent = undefined;
  }
}
