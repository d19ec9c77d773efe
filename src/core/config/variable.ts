import ipaddr from 'ipaddr.js';

/** One environment variable: its names, what it means, what it may say, and how its text becomes a value. */
export interface Variable<T> {
  /** The first name is ours and wins; the others are read as well. */
  readonly names: readonly [string, ...string[]];
  readonly meaning: string;
  readonly allowed: string;
  /** What .env.example shows: the default, or a likely value where there is none. */
  readonly example: string;
  /** Its value is never shown in a message. */
  readonly secret: boolean;
  /** Undefined is a text that is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

type Named = Pick<Variable<unknown>, 'names' | 'meaning' | 'example'>;

function variable<T>(named: Named, allowed: string, parse: (text: string) => T | undefined): Variable<T> {
  return { ...named, allowed, parse, secret: false };
}

/** The same variable, with a value that no message may show. */
export function secret<T>(of: Variable<T>): Variable<T> {
  return { ...of, secret: true };
}

export function text(named: Named, allowed: string, pattern: RegExp): Variable<string> {
  return variable(named, allowed, (given) => (pattern.test(given) ? given : undefined));
}

export function wholeNumber(named: Named, least: number, most: number): Variable<number> {
  return variable(named, `a whole number from ${least} to ${most}`, (given) => {
    const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

const yes = ['true', '1', 'yes', 'on'];
const no = ['false', '0', 'no', 'off'];

export function flag(named: Named): Variable<boolean> {
  return variable(named, 'true or false', (given) => {
    const lower = given.toLowerCase();
    if (yes.includes(lower)) return true;
    return no.includes(lower) ? false : undefined;
  });
}

/** `also` are words of other systems for the same choice, such as Python's `warning`. */
export function choice<const T extends string>(
  named: Named,
  choices: readonly T[],
  also: Readonly<Record<string, NoInfer<T>>> = {},
): Variable<T> {
  return variable(named, choices.join(', '), (given) => {
    const lower = given.toLowerCase();
    return choices.find((one) => one === lower) ?? (Object.hasOwn(also, lower) ? also[lower] : undefined);
  });
}

/** `parseItem` gives each item as it is kept, or undefined. An own word, such as `none`, may stand for the empty list. */
export function list(
  named: Named,
  allowed: string,
  parseItem: (item: string) => string | undefined,
  emptyWord?: string,
): Variable<readonly string[]> {
  return variable(named, allowed, (given) => {
    if (given === emptyWord) return [];
    const items = itemsOf(given)?.map((item) => parseItem(item.trim()));
    if (items === undefined || items.length === 0) return undefined;
    const parsed = items.filter((item) => item !== undefined);
    return parsed.length === items.length ? parsed : undefined;
  });
}

export function parsed<T>(named: Named, allowed: string, parse: (given: string) => T | undefined): Variable<T> {
  return variable(named, allowed, parse);
}

/** A JSON array of strings, or items between commas. */
function itemsOf(given: string): string[] | undefined {
  if (!given.startsWith('[')) return given.split(',');
  try {
    const items: unknown = JSON.parse(given);
    return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : undefined;
  } catch {
    return undefined;
  }
}

export function urlOf(given: string, protocols: readonly string[]): URL | undefined {
  const url = URL.parse(given);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== '' ? url : undefined;
}

/** `10.0.0.0/8`, or one address, which is kept as a network of its own. */
export function cidrOf(given: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(given)) return `${given}/32`;
  if (ipaddr.IPv6.isValid(given)) return `${given}/128`;
  const [address = ''] = given.split('/');
  const isCidr = ipaddr.IPv4.isValidFourPartDecimal(address)
    ? ipaddr.IPv4.isValidCIDR(given)
    : ipaddr.IPv6.isValidCIDR(given);
  return isCidr ? given : undefined;
}
