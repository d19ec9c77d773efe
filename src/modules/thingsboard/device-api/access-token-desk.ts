import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientOf } from '../../../core/http/client.js';
import { Admittance } from '../../auth/admittance.service.js';
import type { DevicePrincipal } from '../../auth/principal.decorator.js';
import { Throttle } from '../../auth/throttling/throttle.service.js';
import { DeviceAccessTokensService } from '../../devices/access-tokens/device-access-tokens.service.js';
import { DeviceRates } from '../../devices/keys/device-rates.service.js';
import { AccessTokenRefused } from './device-api.errors.js';

/** Lets devices in by the token in their address, as often as a device may; who tries tokens is slowed down by address. */
@Injectable()
export class AccessTokenDesk {
  constructor(
    private readonly tokens: DeviceAccessTokensService,
    private readonly admittance: Admittance,
    private readonly throttle: Throttle,
    private readonly rates: DeviceRates,
  ) {}

  /** @throws NoAccessToken, AccessTokenRefused, TooManyAttempts, TooManyMessages */
  async admit(token: string, request: FastifyRequest): Promise<DevicePrincipal> {
    const device = await this.tokens.deviceOf(token);
    if (device === null) {
      // Only who fails is counted: a fleet behind one address must not suffer from a neighbour with an old token.
      const { address } = clientOf(request);
      await this.throttle.assertOpen('device_access_token', { address });
      await this.throttle.begin('device_access_token', { address });
      throw new AccessTokenRefused();
    }
    this.admittance.remember(request, device);
    this.rates.take(device.deviceId);
    return device;
  }
}
