import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressOf } from '../egress/address.rules.js';

const maxAgentLength = 300;

/** Where a request came from. */
export interface Client {
  /** Of the socket, or what a proxy that TRUST_PROXY names says of it; empty when there is none (a Unix socket). */
  address: string;
  /** What the program calls itself; worth nothing as a proof. */
  userAgent: string | null;
}

/**
 * `ip` is what Fastify makes of X-Forwarded-For where TRUST_PROXY allows it, unchecked: whatever stands there. Only an
 * address is believed; else the socket's own counts, which nobody can choose.
 */
export function clientOf(request: Pick<FastifyRequest, 'ip' | 'headers' | 'socket'>): Client {
  const address = addressIn(request.ip) ?? addressIn(request.socket.remoteAddress ?? '') ?? '';
  return { address, userAgent: request.headers['user-agent']?.slice(0, maxAgentLength) ?? null };
}

/** In one spelling; some proxies append a port. */
function addressIn(text: string): string | undefined {
  const [, bracketed, dotted] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+)(?::\d+)?$/.exec(text) ?? [];
  return addressOf(bracketed ?? dotted ?? text)?.toString();
}

/** The client of the request, for what counts or records it. */
export const CurrentClient = createParamDecorator((_: unknown, context: ExecutionContext) =>
  clientOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
