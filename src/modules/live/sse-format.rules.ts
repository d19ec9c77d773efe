import type { LiveItem, ResetReason } from './live-item.contract.js';

/** How long a client waits before it comes again. */
const retryMs = 3_000;

/** JSON has no line breaks of its own, so each item is one line of data. */
export function itemFrame({ type, id, data }: LiveItem): string {
  return `event: ${type}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const openingFrame = `retry: ${retryMs.toString()}\n: hello\n\n`;
/** From here on nothing is missed: lists that are read now are made whole by what follows. */
export const readyFrame = 'event: ready\ndata: {}\n\n';
/** Keeps proxies from hanging up. */
export const heartbeatFrame = ': still here\n\n';

/** Something was missed: what is shown should be read anew. */
export function resetFrame(reason: ResetReason): string {
  return `event: reset\ndata: ${JSON.stringify({ reason })}\n\n`;
}
