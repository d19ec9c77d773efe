import type { HttpConfig, HttpMethod } from '../config/integration-config.js';
import { secretMask } from '../../../core/outbound/secrets.rules.js';
import {
  asText,
  fillBody,
  fillTemplate,
  hasPlaceholders,
  insideJsonString,
  parseTemplate,
  type Template,
} from '../../../core/outbound/template.rules.js';
import { signatureOf } from './signature.rules.js';

/** One request, ready to be written to a socket. */
export interface HttpRequest {
  method: HttpMethod;
  url: URL;
  headers: Record<string, string>;
  body: string | null;
}

/** What differs from one attempt to the next. */
export interface AttemptStamp {
  deliveryId: string;
  timestampSeconds: number;
}

/** A value of the message that must not stand where the template would put it. */
export class TemplateValueRefused extends Error {}

/** An HTTP integration's config, compiled once: makes the request of each message. */
export class HttpRequestMaker {
  private readonly method: HttpMethod;
  private readonly url: Template;
  private readonly headers: readonly (readonly [name: string, value: Template, secret: boolean])[];
  private readonly body: Template | null;
  private readonly contentType: string;
  private readonly signingSecrets: readonly string[];
  private readonly readsMessage: boolean;

  constructor(config: HttpConfig, userAgent: string) {
    this.method = config.method ?? 'POST';
    this.url = parseTemplate(config.url);
    const own = Object.entries(config.headers ?? {});
    const given = new Set(own.map(([name]) => name.toLowerCase()));
    this.headers = [
      ...(given.has('user-agent') ? [] : [['User-Agent', [userAgent], false] as const]),
      ...(given.has('content-type') || this.method === 'GET'
        ? []
        : [['Content-Type', ['application/json'], false] as const]),
      ...own.map(([name, header]) =>
        typeof header === 'string'
          ? ([name, parseTemplate(header), false] as const)
          : ([name, parseTemplate(header.value), true] as const),
      ),
      ...authorizationOf(config),
    ];
    this.contentType = contentTypeOf(config);
    this.body = config.body_template === undefined ? null : parseTemplate(config.body_template);
    this.signingSecrets = [config.signing_secret, config.previous_signing_secret].filter(
      (secret) => secret !== undefined,
    );
    this.readsMessage =
      this.method === 'GET' ||
      this.body !== null ||
      [config.url, ...own.map(([, header]) => asText(header))].some(hasPlaceholders);
  }

  /** Throws TemplateValueMissing or TemplateValueRefused when the message does not fit the templates. */
  make(messageJson: string, stamp: AttemptStamp): HttpRequest {
    const message: unknown = this.readsMessage ? JSON.parse(messageJson) : undefined;
    const text = this.body === null ? messageJson : fillBody(this.body, message, (value) => this.encodeInBody(value));
    const url = new URL(fillTemplate(this.url, message, encodeInUrl));
    const body = this.method === 'GET' ? null : text;
    if (this.method === 'GET') appendParameters(url, this.body === null ? message : parsedOrText(text));
    const headers = this.headers.map(([name, value]) => [name, fillTemplate(value, message, oneLine)] as const);
    return {
      method: this.method,
      url,
      headers: { ...asLatin1(headers), ...this.webhookHeaders(stamp, body ?? '') },
      body,
    };
  }

  /** The same request as people may see it. */
  shown(request: HttpRequest): { method: string; url: string; headers: Record<string, string>; body: string | null } {
    const secret = new Set(this.headers.filter(([, , isSecret]) => isSecret).map(([name]) => name));
    const headers = Object.entries(request.headers).map(([name, value]) => [
      name,
      secret.has(name) ? secretMask : asUtf8(value),
    ]);
    return { ...request, url: request.url.href, headers: Object.fromEntries(headers) as Record<string, string> };
  }

  private webhookHeaders({ deliveryId, timestampSeconds }: AttemptStamp, body: string): Record<string, string> {
    if (this.signingSecrets.length === 0) return { 'webhook-id': deliveryId };
    return {
      'webhook-id': deliveryId,
      'webhook-timestamp': timestampSeconds.toString(),
      'webhook-signature': signatureOf({ id: deliveryId, timestampSeconds, body }, this.signingSecrets),
    };
  }

  private encodeInBody(text: string): string {
    if (this.contentType.includes('json')) return insideJsonString(text);
    return this.contentType.includes('x-www-form-urlencoded') ? encodeURIComponent(text.toWellFormed()) : text;
  }
}

function authorizationOf({ auth }: HttpConfig): (readonly [string, Template, boolean])[] {
  if (auth === undefined) return [];
  const credentials =
    auth.type === 'bearer'
      ? `Bearer ${auth.token}`
      : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  return [['Authorization', [credentials], true]];
}

function contentTypeOf({ headers = {} }: HttpConfig): string {
  const [, header] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  return (typeof header === 'string' ? header : (header?.value ?? 'application/json')).toLowerCase();
}

/** A value fills one segment or parameter and never reaches out of it: `.` and `..` would even when they are encoded. */
function encodeInUrl(text: string): string {
  if (/^\.{1,2}$/.test(text)) throw new TemplateValueRefused(`"${text}" from the message cannot stand in a URL`);
  return encodeURIComponent(text.toWellFormed());
}

function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** Scalars as they are, what is nested as JSON: `?event=up&data={"temperature":21.5}`. */
function appendParameters(url: URL, message: unknown): void {
  const fields =
    typeof message === 'object' && message !== null && !Array.isArray(message) ? message : { value: message };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) url.searchParams.append(name, asText(value));
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Header values travel as bytes; UTF-8 in them is what servers of today expect. */
function asLatin1(headers: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]));
}

function asUtf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
