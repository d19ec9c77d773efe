import { Injectable } from '@nestjs/common';
import type { Admission } from './access.decorator.js';
import { credentialOf, refusalOf } from './access.rules.js';
import { Authenticators } from './authenticators.service.js';
import type { AuthenticatedRequest } from './principal.decorator.js';

/** Answers whether who was admitted once would be admitted now, to the same tenant. */
export type StandingCheck = () => Promise<boolean>;

/** For connections that stay open: a token may end, a session be closed, a key be revoked, a role be taken. */
@Injectable()
export class StandingAccess {
  constructor(private readonly authenticators: Authenticators) {}

  /** The check throws when nobody can tell: the database is away. */
  of(request: AuthenticatedRequest, admission: Admission): StandingCheck {
    const credential = credentialOf(request.headers);
    const tenantId = request.principal?.tenant.id;
    return async () => {
      const principal = credential === null ? null : await this.authenticators.identify(credential);
      return principal !== null && principal.tenant.id === tenantId && refusalOf(admission, principal) === null;
    };
  }
}
