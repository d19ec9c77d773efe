import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

const sane = /^[\w.:@/+=-]{1,128}$/;

/** The id that the caller gave the request, if it can stand in a log line; else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && sane.test(given) ? given : randomUUID();
}
