import type { FieldError } from '../../../core/errors/app-error.js';
import {
  httpMethods,
  type HttpAuth,
  type HttpConfig,
  type HttpMethod,
  type SecretHeader,
} from './integration-config.js';
import { checkTemplate, readPressure, readTls } from '../../../core/outbound/config-parts.rules.js';
import { ObjectReader, present } from '../../../core/json/object-reader.js';

const maxUrlLength = 4_096;
const maxBodyTemplateLength = 64 * 1024;
const maxHeaders = 64;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;

/** The connection and the signature are ours: a header that contradicts them would break or forge requests. */
const reservedHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);
/** Whoever writes a password here forgets to mark it; they are secret without being asked. */
const alwaysSecret = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

const signingSecret = {
  matches: /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  wants: 'must be whsec_ and the base64 of 16 to 64 bytes',
};

/** Reads the config of an HTTP integration, secrets included, and notes every fault with its path. */
export function parseHttpConfig(value: Record<string, unknown>, errors: FieldError[]): HttpConfig {
  const reader = new ObjectReader(value, 'config', errors);
  const config = present({
    url: readUrl(reader),
    method: readMethod(reader),
    headers: readHeaders(reader),
    timeout_ms: reader.takeInteger('timeout_ms', 1_000, 30_000),
    tls: readTlsOf(reader),
    auth: readAuth(reader),
    body_template: readBodyTemplate(reader),
    signing_secret: readSigningSecret(reader, 'signing_secret'),
    previous_signing_secret: readSigningSecret(reader, 'previous_signing_secret'),
    ...readPressure(reader),
  });
  if (config.previous_signing_secret !== undefined && config.signing_secret === undefined) {
    reader.refuse('signing_secret', 'is required with previous_signing_secret');
  }
  const authorization = Object.keys(config.headers ?? {}).find((name) => name.toLowerCase() === 'authorization');
  if (config.auth !== undefined && authorization !== undefined) {
    errors.push({
      path: `config.headers.${authorization}`,
      message: 'contradicts config.auth: only one of them can be sent',
    });
  }
  reader.refuseUnknown();
  return config;
}

/** The authority of a url is the text between `//` and the next `/`, `?` or `#`. */
const beforePath = /^(https?):\/\/([^/?#\\]*)/i;

function readUrl(reader: ObjectReader): string {
  const url = reader.requireText('url', { maxLength: maxUrlLength });
  if (url === '') return url;
  const authority = beforePath.exec(url)?.[2];
  if (authority === undefined || authority === '')
    reader.refuse('url', 'must begin with http:// or https:// and a host');
  else if (authority.includes('{{'))
    reader.refuse('url', 'must name its host without {{…}}: only what follows may be filled in');
  else if (authority.includes('@'))
    reader.refuse('url', 'must not hold a user or password: they belong into config.auth');
  else if (/[\s\u0000-\u001f\u007f]/.test(url.replaceAll(/\{\{[^{}]*\}\}/g, '')))
    reader.refuse('url', 'must not hold spaces');
  else if (!URL.canParse(url.replaceAll(/\{\{[^{}]*\}\}/g, 'x'))) reader.refuse('url', 'is not a URL');
  else checkTemplate(reader, 'url', url);
  return url;
}

function readMethod(reader: ObjectReader): HttpMethod | undefined {
  const value = reader.take('method');
  if (value === undefined) return undefined;
  const method = httpMethods.find((candidate) => typeof value === 'string' && candidate === value.toUpperCase());
  if (method === undefined) reader.refuse('method', `must be one of ${httpMethods.join(', ')}`);
  return method;
}

function readHeaders(reader: ObjectReader): Record<string, string | SecretHeader> | undefined {
  const headers = reader.takeObject('headers');
  if (headers === undefined) return undefined;
  const names = headers.keys();
  if (names.length > maxHeaders) reader.refuse('headers', `must be at most ${maxHeaders}`);
  const seen = new Set<string>();
  const entries = names.flatMap((name): [string, string | SecretHeader][] => {
    const lower = name.toLowerCase();
    const fault = !headerName.test(name)
      ? 'is not a header name'
      : reservedHeaders.has(lower)
        ? 'is set by Fieldline itself'
        : undefined;
    if (fault !== undefined || seen.has(lower)) {
      headers.take(name);
      headers.refuse(name, fault ?? 'is there twice');
      return [];
    }
    seen.add(lower);
    const header = readHeader(headers, name);
    return header === undefined ? [] : [[name, header]];
  });
  return Object.fromEntries(entries);
}

function readHeader(headers: ObjectReader, name: string): string | SecretHeader | undefined {
  const isText = typeof headers.take(name) === 'string';
  const object = isText ? undefined : headers.takeObject(name);
  if (!isText && object === undefined) {
    if (headers.take(name) === undefined) headers.refuse(name, 'must be a text or {value, secret: true}');
    return undefined;
  }
  const holder = object ?? headers;
  const key = object === undefined ? name : 'value';
  const text = holder.takeText(key, {
    maxLength: 8_192,
    pattern: { matches: /^[^\r\n]*$/, wants: 'must be one line' },
  });
  const secret = object?.takeFlag('secret') ?? false;
  object?.refuseUnknown();
  if (text === undefined) {
    if (object !== undefined && object.take('value') === undefined) object.refuse('value', 'is required');
    return undefined;
  }
  checkTemplate(holder, key, text);
  return secret || alwaysSecret.has(name.toLowerCase()) ? { value: text, secret: true } : text;
}

function readTlsOf(reader: ObjectReader): HttpConfig['tls'] {
  const tls = reader.takeObject('tls');
  if (tls === undefined) return undefined;
  const read = readTls(tls);
  tls.refuseUnknown();
  return read;
}

function readAuth(reader: ObjectReader): HttpAuth | undefined {
  const auth = reader.takeObject('auth');
  if (auth === undefined) return undefined;
  const type = auth.takeOneOf('type', ['basic', 'bearer']);
  if (type === undefined) {
    if (auth.take('type') === undefined) auth.refuse('type', 'is required');
    return undefined;
  }
  const oneLine = { pattern: { matches: /^[^\r\n]*$/, wants: 'must be one line' }, maxLength: 8_192 };
  const read: HttpAuth =
    type === 'basic'
      ? { type, username: auth.requireText('username', oneLine), password: auth.takeText('password', oneLine) ?? '' }
      : { type, token: auth.requireText('token', oneLine) };
  auth.refuseUnknown();
  return read;
}

function readBodyTemplate(reader: ObjectReader): string | undefined {
  const text = reader.takeText('body_template', { maxLength: maxBodyTemplateLength });
  if (text !== undefined) checkTemplate(reader, 'body_template', text);
  return text;
}

function readSigningSecret(reader: ObjectReader, key: string): string | undefined {
  const text = reader.takeText(key, { pattern: signingSecret });
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text.slice('whsec_'.length), 'base64').length;
  if (bytes < 16 || bytes > 64) reader.refuse(key, signingSecret.wants);
  return text;
}
