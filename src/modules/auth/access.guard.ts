import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { admissionKey, type Admission } from './access.decorator.js';
import { credentialOf, refusalOf } from './access.rules.js';
import { AccessForbidden, InvalidCredentials, MissingCredentials, RouteClosed } from './auth.errors.js';
import { Authenticators } from './authenticators.service.js';
import type { AuthenticatedRequest, Principal } from './principal.decorator.js';

/** Stands before every route and refuses what the route does not admit; a route that says nothing admits nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticators: Authenticators,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const admission = this.reflector.getAllAndOverride<Admission | 'public' | undefined>(admissionKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (admission === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    request.principal = await this.identify(request, http.getResponse<FastifyReply>());
    if (admission === undefined) throw new RouteClosed();
    const refusal = refusalOf(admission, request.principal);
    if (refusal !== null) throw new AccessForbidden(refusal);
    return true;
  }

  private async identify(request: AuthenticatedRequest, reply: FastifyReply): Promise<Principal> {
    const credential = credentialOf(request.headers);
    const principal = credential === null ? null : await this.authenticators.identify(credential);
    if (principal !== null) return principal;
    // RFC 6750: without an error when nothing was sent at all.
    void reply.header('WWW-Authenticate', credential === null ? 'Bearer' : 'Bearer error="invalid_token"');
    throw credential === null ? new MissingCredentials() : new InvalidCredentials();
  }
}
