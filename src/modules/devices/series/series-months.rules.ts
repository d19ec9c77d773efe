/** Last month, this one and the next two, each with the first day that is no longer in it: `['2026-11-01', '2026-12-01']`. */
export function monthsToHave(nowMs: number): [from: string, to: string][] {
  return [-1, 0, 1, 2].map((offset) => [monthAt(nowMs, offset), monthAt(nowMs, offset + 1)]);
}

/** The first day of the oldest month of which some day is to be kept. */
export function oldestKeptMonth(nowMs: number, retentionDays: number): string {
  return monthAt(nowMs - retentionDays * 86_400_000, 0);
}

/** `series_days_m202611`, which sorts by time. */
export function monthName(firstDay: string): string {
  return `series_days_m${firstDay.slice(0, 7).replace('-', '')}`;
}

function monthAt(nowMs: number, offset: number): string {
  const now = new Date(nowMs);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString().slice(0, 10);
}
