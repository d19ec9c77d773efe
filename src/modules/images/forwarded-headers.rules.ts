import type { IncomingHttpHeaders } from 'node:http';
import { ForwardedHeaderMissing, ForwardedHeaderRefused } from './image.errors.js';

const token = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/;

/** Of this connection, or of how the request is written; whoever sends it anew says it anew. */
const ofTheConnection = [
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host', 'http2-settings'],
  ...['keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'range', 'te', 'trailer'],
  ...['accept-encoding', 'transfer-encoding', 'upgrade', 'user-agent'],
];

export const maxForwarded = 16;

/** The names in `authorization,x-token`, in lower case, each once. */
export function namesIn(list: string | undefined): string[] {
  const names = (list ?? '').split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ''))];
}

/**
 * The headers of a request that go on to the image's server. The one that let the caller in here, `ours`, never does:
 * it would make every image server one that may act for the caller.
 */
export function forwardedHeaders(
  names: readonly string[],
  headers: IncomingHttpHeaders,
  ours: string | null,
): Record<string, string> {
  if (names.length > maxForwarded) throw new ForwardedHeaderRefused('headers', `at most ${maxForwarded} may be named`);
  return Object.fromEntries(names.map((name) => [name, valueOf(name, headers, ours)]));
}

function valueOf(name: string, headers: IncomingHttpHeaders, ours: string | null): string {
  if (!token.test(name)) throw new ForwardedHeaderRefused(name.slice(0, 64), 'it is no name of a header');
  if (ofTheConnection.includes(name)) throw new ForwardedHeaderRefused(name, 'it belongs to this connection');
  if (name === ours) throw new ForwardedHeaderRefused(name, 'it carries the credential for this server');
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) throw new ForwardedHeaderMissing(name);
  return Array.isArray(value) ? value.join(', ') : value;
}
