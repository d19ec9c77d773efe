const dayMs = 24 * 60 * 60 * 1_000;

/** Seconds or a date, at most a day; a date that is past asks for nothing. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, dayMs) : undefined;
}
