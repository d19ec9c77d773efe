import { Injectable } from '@nestjs/common';
import { currentOrigin } from '../../core/origin/origin.js';
import type { Admission } from './access.decorator.js';
import { credentialOf, refusalOf, type CredentialHeaders } from './access.rules.js';
import { AccessForbidden, InvalidCredentials, MissingCredentials, RouteClosed } from './auth.errors.js';
import { Authenticators } from './authenticators.service.js';
import { LegacyNetworks } from './legacy-networks.service.js';
import { callerOf, type AuthenticatedRequest, type Principal } from './principal.decorator.js';

/** Finds out who asks, and refuses whom a route does not admit; a route that says nothing admits nobody. */
@Injectable()
export class Admittance {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly legacyNetworks: LegacyNetworks,
  ) {}

  /** The principal is on the request from then on, and in what is recorded of it. */
  async enter(request: AuthenticatedRequest, admission: Admission | undefined): Promise<Principal> {
    const principal =
      (admission?.legacyNetworks === true ? await this.findLegacyDevice(request) : null) ??
      (await this.admit(request.headers, admission));
    this.remember(request, principal);
    return principal;
  }

  /** Whoever has a credential that is known here is no device of old. */
  private async findLegacyDevice(request: AuthenticatedRequest): Promise<Principal | null> {
    const credential = credentialOf(request.headers);
    const device = await this.legacyNetworks.identify(request, credential);
    const isKnown = device !== null && credential !== null && (await this.authenticators.identify(credential)) !== null;
    return isKnown ? null : device;
  }

  remember(request: AuthenticatedRequest, principal: Principal): void {
    request.principal = principal;
    const origin = currentOrigin();
    const caller = callerOf(principal);
    if (origin?.kind === 'request' && caller !== undefined) origin.caller = caller;
  }

  async admit(headers: CredentialHeaders, admission: Admission | undefined): Promise<Principal> {
    const principal = await this.identify(headers);
    if (admission === undefined) throw new RouteClosed();
    const refusal = refusalOf(admission, principal);
    if (refusal !== null) throw new AccessForbidden(refusal);
    return principal;
  }

  /** @throws MissingCredentials, InvalidCredentials */
  async identify(headers: CredentialHeaders): Promise<Principal> {
    const credential = credentialOf(headers);
    if (credential === null) throw new MissingCredentials();
    const principal = await this.authenticators.identify(credential);
    if (principal === null) throw new InvalidCredentials();
    return principal;
  }
}
