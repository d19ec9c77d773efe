import { isUuid, timeOf } from '../../core/ids/uuid-v7.js';
import type { ResetReason } from './live-item.contract.js';

/** Further back a listener reads its lists anew: that is quicker, and shows more. */
const resumeWithinMs = 10 * 60_000;
/** Ids are made when a message comes and committed a little later, so what was sent last is not all there was before. */
const overlapMs = 15_000;
/** The clock of the server that made the id may run ahead of ours. */
const aheadMs = 60_000;

/** From when on what was missed is read from the histories; or why that is no use. */
export type Resumption = { fromMs: number } | { reset: ResetReason };

export function resumptionOf(lastEventId: string, nowMs: number): Resumption {
  const id = lastEventId.trim().toLowerCase();
  if (!isUuid(id)) return { reset: 'unknown_id' };
  const atMs = timeOf(id);
  if (atMs > nowMs + aheadMs) return { reset: 'unknown_id' };
  return atMs < nowMs - resumeWithinMs ? { reset: 'too_old' } : { fromMs: atMs - overlapMs };
}
