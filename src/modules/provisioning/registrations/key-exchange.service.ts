import { Injectable } from '@nestjs/common';
import { Authenticators } from '../../auth/authenticators.service.js';
import type { Principal } from '../../auth/principal.decorator.js';
import { KeyNotProved, RegisteredDeviceNotFound, RegistrationInvalid } from './registration.errors.js';
import { RegistrationsRepository } from './registrations.repository.js';

export interface ExchangedDevice {
  deviceId: string;
  uuid: string;
  deviceName: string;
}

/**
 * The second half of a registration: the device shows that it has its key, by which it is confirmed and the keys before it
 * end. As often as it likes: a device that lost the answer shows it again.
 */
@Injectable()
export class KeyExchangeService {
  constructor(
    private readonly registrations: RegistrationsRepository,
    private readonly authenticators: Authenticators,
  ) {}

  /** `provedKey` is the key in the body; null: the request's own credential is it. */
  async exchange(principal: Principal, uuid: string, provedKey: string | null): Promise<ExchangedDevice> {
    const device = await this.registrations.findDevice(principal.tenant, uuid);
    if (device === null || (principal.kind === 'device' && principal.deviceId !== device.id)) {
      throw new RegisteredDeviceNotFound();
    }
    await this.assertProved(principal, device.id, provedKey);
    return { deviceId: device.id, uuid, deviceName: device.name };
  }

  private async assertProved(principal: Principal, deviceId: string, provedKey: string | null): Promise<void> {
    if (provedKey === null && principal.kind === 'device') return;
    if (provedKey === null) throw new RegistrationInvalid([{ path: 'deviceApiKey', message: 'is required' }]);
    const proved = await this.authenticators.identify(provedKey);
    if (proved?.kind !== 'device' || proved.deviceId !== deviceId) throw new KeyNotProved();
  }
}
