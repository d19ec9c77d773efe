/** What spreadsheets would run as a formula, and what has been guarded against that already. */
const formula = /^'*[=+\-@\t\r]/;
const guarded = /^'+[=+\-@\t\r]/;

/** A cell as text: guarded by an apostrophe where a spreadsheet would run it, quoted where it must be. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return value.toString();
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that csvCell() guarded. */
export function unguarded(text: string): string {
  return guarded.test(text) ? text.slice(1) : text;
}
