/** What PostgreSQL's jsonb and text cannot hold, or what would only be a burden there. */
export interface StorableLimits {
  /** Of the JSON text in UTF-8. */
  maxBytes: number;
  maxDepth: number;
}

/** Why the value cannot be stored as JSON, in words that follow the field's name; undefined when it can. */
export function whyNotStorable(value: unknown, { maxBytes, maxDepth }: StorableLimits): string | undefined {
  if (value === undefined) return undefined;
  const flaw = flawOf(value, maxDepth);
  if (flaw !== undefined) return flaw;
  return Buffer.byteLength(JSON.stringify(value)) > maxBytes ? `must not be longer than ${maxBytes} bytes` : undefined;
}

/** Whether PostgreSQL can hold the text: it refuses U+0000, and halves of surrogate pairs have no UTF-8. */
export function isStorableText(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function flawOf(value: unknown, depthLeft: number): string | undefined {
  if (typeof value === 'string')
    return isStorableText(value) ? undefined : 'must not hold U+0000 or half a surrogate pair';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must not hold a number beyond 1.8e308';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depthLeft === 0) return 'is nested too deeply';
  for (const [key, item] of Object.entries(value)) {
    const flaw = flawOf(key, 1) ?? flawOf(item, depthLeft - 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}
