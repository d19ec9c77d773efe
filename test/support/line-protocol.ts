/** What a line says: a number with an `i` is an integer (bigint), every other number a float. */
export interface Line {
  measurement: string;
  tags: Record<string, string>;
  fields: Record<string, number | bigint | boolean | string>;
  time: bigint;
}

/** The line breaks a rule; InfluxDB answers 400 to it. */
export class LineRefused extends Error {}

const float = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads InfluxDB's line protocol as its documents say, and refuses whatever they don't: written without a look at how ours
 * is written. A separator counts as escaped when a backslash stands before it, as InfluxDB's own parser has it.
 */
export function parseLines(body: string): Line[] {
  if (body !== '' && !body.endsWith('\n')) throw new LineRefused('the last line has no end');
  const lines: Line[] = [];
  for (let from = 0; from < body.length;) {
    const end = endOfLine(body, from);
    lines.push(parseLine(body.slice(from, end)));
    from = end + 1;
  }
  return lines;
}

export function parseLine(line: string): Line {
  if (line === '' || line.startsWith('#')) throw new LineRefused(`an empty line or a comment: ${line}`);
  const series = seriesOf(line);
  const [values = '', time = '', more] = splitOutsideText(line.slice(series.length + 1), ' ');
  if (more !== undefined || !/^-?\d+$/.test(time)) throw new LineRefused(`no series, fields and time: ${line}`);
  const [measurement = '', ...tags] = split(series, ',');
  if (measurement === '') throw new LineRefused('no measurement');
  const fields = splitOutsideText(values, ',').map((field) => pairOf(field, splitOutsideText(field, '=')));
  return {
    measurement: unescaped(measurement, /\\([, ])/g),
    tags: recordOf(tags.map((tag) => pairOf(tag, split(tag, '='))).map(([key, value]) => [key, textOfTag(value)])),
    fields: recordOf(fields.map(([key, value]) => [key, valueOf(value)])),
    time: BigInt(time),
  };
}

/** Up to the first space that is not escaped; quotes mean nothing there. */
function seriesOf(text: string): string {
  const end = text.search(/(?<!\\) /);
  return end === -1 ? text : text.slice(0, end);
}

/** Texts in fields may hold ends of lines; nothing before the fields may. */
function endOfLine(body: string, from: number): number {
  const fieldsFrom = from + seriesOf(body.slice(from)).length;
  return fieldsFrom + (splitOutsideText(body.slice(fieldsFrom), '\n')[0] ?? '').length;
}

function pairOf(text: string, [key, value, more]: string[]): [string, string] {
  if (key === undefined || key === '' || value === undefined || value === '' || more !== undefined)
    throw new LineRefused(`no name and value: ${text}`);
  return [unescaped(key, /\\([,= ])/g), value];
}

function textOfTag(value: string): string {
  return unescaped(value, /\\([,= ])/g);
}

function valueOf(text: string): number | bigint | boolean | string {
  if (text.startsWith('"')) {
    if (!/^"(?:[^"\\]|\\.)*"$/s.test(text)) throw new LineRefused(`a text without an end: ${text}`);
    return text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
  }
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?\d+i$/.test(text)) return BigInt(text.slice(0, -1));
  if (!float.test(text)) throw new LineRefused(`no value: ${text}`);
  return Number(text);
}

function recordOf<Value>(pairs: [string, Value][]): Record<string, Value> {
  if (new Set(pairs.map(([key]) => key)).size !== pairs.length) throw new LineRefused('a name is there twice');
  return Object.fromEntries(pairs);
}

function unescaped(text: string, escapes: RegExp): string {
  return text.replaceAll(escapes, '$1');
}

function split(text: string, separator: string): string[] {
  return text.split(new RegExp(`(?<!\\\\)${separator}`));
}

/** Separators inside quotes are none; a quote counts only in a field's value, which begins with it. */
function splitOutsideText(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === separator && !quoted) {
      parts.push(part);
      part = '';
      continue;
    }
    if (letter === '\\') at += 1;
    else if (letter === '"' && (quoted || text.charAt(at - 1) === '=')) quoted = !quoted;
    part += letter === '\\' ? letter + text.charAt(at) : letter;
  }
  return [...parts, part];
}
