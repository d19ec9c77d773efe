import { Injectable } from '@nestjs/common';
import { Settings } from '../../core/config/settings.js';
import { credentialOf } from './access.rules.js';
import { Admittance } from './admittance.service.js';
import { isLocal } from './local-access.rules.js';
import type { AuthenticatedRequest } from './principal.decorator.js';

/**
 * Admits to what belongs to this instance itself: superusers, and, where IDENTITY_LOCAL_ACCESS says so, whoever asks on
 * this machine without a credential. One that is sent must be good.
 */
@Injectable()
export class OperatorAccess {
  constructor(
    private readonly admittance: Admittance,
    private readonly settings: Settings,
  ) {}

  /** Who asks on this machine leaves no principal on the request. @throws MissingCredentials, InvalidCredentials, AccessForbidden */
  async enter(request: AuthenticatedRequest): Promise<void> {
    if (!this.admitsLocally(request)) await this.admittance.enter(request, { superuser: true });
  }

  private admitsLocally({ headers, socket }: AuthenticatedRequest): boolean {
    if (!this.settings.identityLocalAccess || credentialOf(headers) !== null) return false;
    return isLocal({ socketAddress: socket.remoteAddress, headers });
  }
}
