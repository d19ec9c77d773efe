/** The router takes no longer part of a path. */
export const maxFilenameLength = 100;

/**
 * Why a name is refused, or undefined. Nothing on disk is called by it, so whatever a letter is may stand in it, and as
 * many dots and endings as somebody likes. Refused is what could lead elsewhere where it is saved again, and what shows
 * people another name than it is.
 */
export function whyNotFilename(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (name.length > maxFilenameLength) return `must not be longer than ${maxFilenameLength} characters`;
  if (!name.isWellFormed() || name.includes('\ufffd')) return 'must be UTF-8';
  if (/[/\\]/.test(name)) return 'must not hold a slash or a backslash';
  if (name.includes('..')) return 'must not hold two dots in a row';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return 'must not hold characters that cannot be seen';
  if (name.startsWith('.')) return 'must not begin with a dot';
  return name.trim() === name ? undefined : 'must not begin or end with white space';
}

/** The one spelling of a name: what looks the same is the same asset. */
export function canonicalFilename(name: string): string {
  return name.normalize('NFC');
}
