import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../core/errors/app-error.js';
import { clientOf } from '../../../core/http/client.js';
import { Admittance } from '../../auth/admittance.service.js';
import type { ProvisioningPrincipal } from '../../auth/principal.decorator.js';
import { Throttle } from '../../auth/throttling/throttle.service.js';

/** Lets devices in that register, as fast as their key and their address may; who comes without a good key counts, too. */
@Injectable()
export class RegistrationDesk {
  constructor(
    private readonly admittance: Admittance,
    private readonly throttle: Throttle,
  ) {}

  /** @throws as the guard would, and TooManyAttempts */
  async admit(request: FastifyRequest): Promise<ProvisioningPrincipal> {
    const { address } = clientOf(request);
    const principal = await this.identify(request, address);
    await this.throttle.begin('device_registration', { account: principal.provisioningKeyId, address });
    return principal;
  }

  private async identify(request: FastifyRequest, address: string): Promise<ProvisioningPrincipal> {
    try {
      const principal = await this.admittance.enter(request, { provisioningKey: true });
      if (principal.kind !== 'provisioning_key') throw new Error(`${principal.kind} came where only devices register`);
      return principal;
    } catch (error) {
      const isUnknown = error instanceof AppError && error.kind === 'unauthenticated';
      if (isUnknown) await this.throttle.begin('device_registration', { address });
      throw error;
    }
  }
}
