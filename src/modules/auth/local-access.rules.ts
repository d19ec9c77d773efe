import type { IncomingHttpHeaders } from 'node:http';

/** What of a request says where it was really made. */
export interface RequestTrace {
  /** Of the socket itself: nobody can choose it. */
  socketAddress: string | undefined;
  headers: IncomingHttpHeaders;
}

const loopbackAddress = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/;
const localHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
/** A proxy or a tunnel on this machine: the socket is its own, whoever asked it. */
const forwarding = /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|.*client-ip|.*connecting-ip)$/;

/**
 * Whether somebody on this machine asks, with a program and not with a page that a browser shows: pages of the world send
 * requests to this machine too, and a name of theirs may lead here (then the Host is theirs).
 */
export function isLocal({ socketAddress, headers }: RequestTrace): boolean {
  if (socketAddress === undefined || !loopbackAddress.test(socketAddress)) return false;
  if (Object.keys(headers).some((name) => forwarding.test(name))) return false;
  if (headers.origin !== undefined) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') return false;
  return headers.host !== undefined && localHost.test(headers.host);
}
