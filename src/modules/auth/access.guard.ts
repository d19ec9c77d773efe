import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { admissionKey, type Admission } from './access.decorator.js';
import { credentialOf } from './access.rules.js';
import { Admittance } from './admittance.service.js';
import { AccessForbidden } from './auth.errors.js';
import { OperatorAccess } from './operator-access.service.js';
import type { AuthenticatedRequest } from './principal.decorator.js';

/** Stands before every route and refuses what the route does not admit; a route that says nothing admits nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admittance: Admittance,
    private readonly operators: OperatorAccess,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const admission = this.reflector.getAllAndOverride<
      Admission | 'public' | 'public or user' | 'judged by the handler' | 'operator' | undefined
    >(admissionKey, [context.getHandler(), context.getClass()]);
    if (admission === 'public' || admission === 'judged by the handler') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (admission === 'public or user') return this.admitsCallerIfAny(request);
    if (admission === 'operator') await this.operators.enter(request);
    else await this.admittance.enter(request, admission);
    return true;
  }

  private async admitsCallerIfAny(request: AuthenticatedRequest): Promise<boolean> {
    if (credentialOf(request.headers) === null) return true;
    const principal = await this.admittance.identify(request.headers);
    if (principal.kind !== 'user') throw new AccessForbidden('only users may do this, or nobody in particular');
    this.admittance.remember(request, principal);
    return true;
  }
}
