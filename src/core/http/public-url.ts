import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';

/** How the world reaches this server, without a slash at the end: PUBLIC_URL, else what this request called it. */
export function publicBaseOf(request: FastifyRequest, settings: Settings): string {
  return settings.publicUrl ?? `${request.protocol}://${request.host}`;
}

/** The address of this very request, as the world would call it again. */
export function requestUrlOf(request: FastifyRequest, settings: Settings): URL {
  const base = publicBaseOf(request, settings);
  // A Host header may say anything, also what is no host.
  return URL.parse(base + request.originalUrl) ?? new URL(`http://localhost${request.originalUrl}`);
}
