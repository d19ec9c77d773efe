import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { currentOrigin } from '../../core/origin/origin.js';
import { admissionKey, type Admission } from './access.decorator.js';
import { credentialOf } from './access.rules.js';
import { Admittance } from './admittance.service.js';
import { AccessForbidden } from './auth.errors.js';
import { callerOf, type AuthenticatedRequest, type Principal } from './principal.decorator.js';

/** Stands before every route and refuses what the route does not admit; a route that says nothing admits nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admittance: Admittance,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const admission = this.reflector.getAllAndOverride<Admission | 'public' | 'public or user' | undefined>(
      admissionKey,
      [context.getHandler(), context.getClass()],
    );
    if (admission === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (admission === 'public or user') return this.admitsCallerIfAny(request);
    request.principal = await this.admittance.admit(request.headers, admission);
    sayWhoAsks(request.principal);
    return true;
  }

  private async admitsCallerIfAny(request: AuthenticatedRequest): Promise<boolean> {
    if (credentialOf(request.headers) === null) return true;
    request.principal = await this.admittance.identify(request.headers);
    if (request.principal.kind !== 'user') throw new AccessForbidden('only users may do this, or nobody in particular');
    sayWhoAsks(request.principal);
    return true;
  }
}

/** For what is recorded of the request later on. */
function sayWhoAsks(principal: Principal): void {
  const origin = currentOrigin();
  if (origin?.kind === 'request') origin.caller = callerOf(principal);
}
