import { isObject } from '../json/object-reader.js';

/*
 * `{{path}}` in a url, a header, a topic or a body is replaced by what the message holds there:
 *
 *   {{data.temperature}}   {{device.name}}   {{rx_info.0.rssi}} or {{rx_info[0].rssi}}   {{json data}}
 *
 * In a body, `{{path}}` is written as it must stand inside a JSON string, without quotes of its own, and `{{json path}}`
 * as a whole JSON value. With the message {"device":{"name":"Hall \"2\""},"data":{"temperature":21.5}} the template
 *
 *   {"text": "{{device.name}}: {{data.temperature}} °C", "all": {{json data}}}
 *
 * becomes
 *
 *   {"text": "Hall \"2\": 21.5 °C", "all": {"temperature":21.5}}
 *
 * A path that leads nowhere fails the delivery: half a message would be worse than none.
 */

interface Placeholder {
  path: string[];
  /** `{{json path}}`. */
  json: boolean;
}

/** Text and placeholders by turns. */
export type Template = readonly (string | Placeholder)[];

export class TemplateInvalid extends Error {}

/** The message holds nothing where a template points. */
export class TemplateValueMissing extends Error {
  constructor(readonly path: string) {
    super(`the message has no value at {{${path}}}`);
  }
}

const placeholder = /\{\{\s*(json\s+)?([^{}\s]+)\s*\}\}/g;

export function hasPlaceholders(text: string): boolean {
  return text.includes('{{');
}

export function parseTemplate(text: string): Template {
  const parts: (string | Placeholder)[] = [];
  let from = 0;
  for (const match of text.matchAll(placeholder)) {
    parts.push(plain(text.slice(from, match.index)), { path: pathOf(match[2] ?? ''), json: match[1] !== undefined });
    from = match.index + match[0].length;
  }
  parts.push(plain(text.slice(from)));
  return parts.filter((part) => part !== '');
}

/** `encode` writes one value as its surroundings want it. */
export function fillTemplate(template: Template, message: unknown, encode: (text: string) => string): string {
  return template
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = valueAt(message, part.path);
      if (value === undefined || value === null) throw new TemplateValueMissing(part.path.join('.'));
      return part.json ? JSON.stringify(value) : encode(asText(value));
    })
    .join('');
}

/** A body: as fillTemplate, but `null` is a value there. */
export function fillBody(template: Template, message: unknown, encode: (text: string) => string): string {
  return template
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = valueAt(message, part.path);
      if (value === undefined) throw new TemplateValueMissing(part.path.join('.'));
      if (part.json || typeof value !== 'string') return JSON.stringify(value);
      return encode(value);
    })
    .join('');
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As it stands between the quotes of a JSON string. */
export function insideJsonString(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function plain(text: string): string {
  if (text.includes('{{'))
    throw new TemplateInvalid('has {{ without a path and }} after it, as in {{data.temperature}}');
  return text;
}

function pathOf(text: string): string[] {
  const path = text.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  if (path.some((key) => key === '' || /[[\]]/.test(key)))
    throw new TemplateInvalid(`has {{${text}}}, which is not a path`);
  return path;
}

function valueAt(message: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => memberOf(value, key), message);
}

/** ChirpStack's names in camelCase are understood as well: `fPort` finds `f_port`, `object` finds `data`. */
function memberOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? (value as unknown[])[Number(key)] : undefined;
  if (!isObject(value)) return undefined;
  const twin = key === 'object' ? 'data' : key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const name = [key, twin].find((candidate) => Object.hasOwn(value, candidate));
  return name === undefined ? undefined : value[name];
}
