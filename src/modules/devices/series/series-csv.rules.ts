import type { SeriesResponse } from './dto/series.response.js';

/** One line a value, gaps left out. What a spreadsheet would take for a formula is made a text. */
export function csvOf({ times, series }: SeriesResponse): string {
  const lines = series.flatMap(({ device_id, key, values }) =>
    values.flatMap((value, index) =>
      value === null ? [] : [`${times[index] ?? ''},${device_id},${quoted(key)},${value.toString()}`],
    ),
  );
  return ['time,device_id,key,value', ...lines, ''].join('\r\n');
}

function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
