const REPLACEMENT = '\uFFFD';

/** Text that PostgreSQL can keep: no NUL, no half of a surrogate pair. */
export function cleanText(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', REPLACEMENT) : wellFormed;
}

/** The longest beginning of at most `limit` bytes that does not cut a character in two. */
export function cutToBytes(bytes: Buffer, limit: number): string {
  let end = Math.min(bytes.length, limit);
  if (end < bytes.length) while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/**
 * JSON text as JSON.stringify writes it, with the two escapes that PostgreSQL refuses replaced by U+FFFD: `\u0000` and those of lone surrogates (whole pairs
 * are never escaped by JSON.stringify).
 */
export function cleanJson(json: string): string {
  if (!json.includes('\\u')) return json;
  // Every escape is matched, so that the second backslash of `\\u0000` (a backslash, then the text u0000) is not taken for the start of one.
  return json.replace(/\\(?:u([0-9a-fA-F]{4})|[^u])/g, (escape, hex: string | undefined) =>
    hex !== undefined && isUnstorable(Number.parseInt(hex, 16)) ? REPLACEMENT : escape,
  );
}

function isUnstorable(codeUnit: number): boolean {
  return codeUnit === 0 || (codeUnit >= 0xd800 && codeUnit <= 0xdfff);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b] as const;
const CLOSE = [0x5d, 0x7d] as const;

/** Whether objects and arrays stand more than `limit` deep in each other. */
export function isDeeperThan(json: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(json, at);
    } else if (unit === OPEN[0] || unit === OPEN[1]) {
      if (++depth > limit) return true;
    } else if (unit === CLOSE[0] || unit === CLOSE[1]) {
      depth--;
    }
  }
  return false;
}

function endOfString(json: string, start: number): number {
  let at = start;
  for (;;) {
    at = json.indexOf('"', at + 1);
    if (at < 0) return json.length;
    let backslashes = 0;
    while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}
