import type { FieldError } from '../errors/app-error.js';
import { isObject } from '../json/object-reader.js';

/** What stands where a secret is, towards the client and in the stored config. */
export const secretMask = '********';

/** Secrets by where they stand in a config: `auth/password`, `headers/X-Api-Key`. No key holds a slash itself. */
export type Secrets = Readonly<Record<string, string>>;

/** Parts a whole config into what may be shown, with the mask in each secret's place, and the secrets. */
export function partConfig<Config>(config: Config, places: readonly string[]): { shown: Config; secrets: Secrets } {
  const secrets: Record<string, string> = {};
  const shown = copyOf(config);
  for (const place of places) {
    const found = holderOf(shown, place);
    if (found === undefined || typeof found.holder[found.key] !== 'string') continue;
    secrets[place] = String(found.holder[found.key]);
    found.holder[found.key] = secretMask;
  }
  return { shown, secrets };
}

/** Puts the stored secrets back where the config shows the mask; also over what a client sent, before it is parsed. */
export function joinSecrets<Config>(config: Config, secrets: Secrets): Config {
  const whole = copyOf(config);
  for (const [place, secret] of Object.entries(secrets)) {
    if (place.startsWith('headers/')) joinHeader(whole, place, secret);
    else {
      const found = holderOf(whole, place);
      if (found?.holder[found.key] === secretMask) found.holder[found.key] = secret;
    }
  }
  return whole;
}

/** Whoever takes the mark off a header must give its value anew, or the mask would be a way to read the secret. */
function joinHeader(config: unknown, place: string, secret: string): void {
  const found = holderOf(config, place.slice(0, place.lastIndexOf('/')));
  if (found === undefined) return;
  const header = found.holder[found.key];
  const marked = isObject(header) && header['secret'] === true ? header['value'] : header;
  if (marked === secretMask) found.holder[found.key] = { value: secret, secret: true };
}

/** A mask that no stored secret stands behind would be sent as if it were the secret. `prefix`: `config.`, or nothing. */
export function unbackedMasks(secrets: Secrets, prefix: string): FieldError[] {
  return Object.entries(secrets)
    .filter(([, secret]) => secret === secretMask)
    .map(([place]) => ({
      path: `${prefix}${place.replaceAll('/', '.')}`,
      message: `${secretMask} keeps a stored secret, but none is stored here`,
    }));
}

interface Found {
  holder: Record<string, unknown>;
  key: string;
}

function holderOf(config: unknown, place: string): Found | undefined {
  const keys = place.split('/');
  const key = keys.pop();
  let holder = config;
  for (const part of keys) holder = isObject(holder) && Object.hasOwn(holder, part) ? holder[part] : undefined;
  return isObject(holder) && key !== undefined && Object.hasOwn(holder, key) ? { holder, key } : undefined;
}

function copyOf<Json>(json: Json): Json {
  return JSON.parse(JSON.stringify(json)) as Json;
}
