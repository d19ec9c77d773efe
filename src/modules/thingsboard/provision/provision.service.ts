import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Transactions } from '../../../core/database/transactions.js';
import { AppError, type ErrorKind } from '../../../core/errors/app-error.js';
import { clientOf } from '../../../core/http/client.js';
import { Admittance } from '../../auth/admittance.service.js';
import { Authenticators } from '../../auth/authenticators.service.js';
import type { ProvisioningPrincipal } from '../../auth/principal.decorator.js';
import { Throttle } from '../../auth/throttling/throttle.service.js';
import { DeviceAccessTokensService } from '../../devices/access-tokens/device-access-tokens.service.js';
import { DevicesService } from '../../devices/devices.service.js';
import { ProvisioningKeysService } from '../../provisioning/keys/provisioning-keys.service.js';
import { RegistrationsService } from '../../provisioning/registrations/registrations.service.js';
import { ProvisionAnswer } from './dto/provision.answer.js';
import { DeviceAlreadyProvisioned } from './provision.errors.js';
import { provisioningKeyOf, uuidOf, type ProvisionRequest } from './provision-body.rules.js';

/** What the device can do nothing about by asking again in a while. */
const finalKinds: readonly ErrorKind[] = ['conflict', 'forbidden', 'impossible', 'invalid', 'not_found'];

/** Makes devices of ThingsBoard's kind known: a registration by its provisioning key, answered with the access token. */
@Injectable()
export class ProvisionService {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly admittance: Admittance,
    private readonly throttle: Throttle,
    private readonly keys: ProvisioningKeysService,
    private readonly registrations: RegistrationsService,
    private readonly devices: DevicesService,
    private readonly tokens: DeviceAccessTokensService,
    private readonly transactions: Transactions,
  ) {}

  async provision(asked: ProvisionRequest, request: FastifyRequest): Promise<ProvisionAnswer> {
    const { address } = clientOf(request);
    const principal = await this.identify(asked);
    const account = principal === null ? {} : { account: principal.provisioningKeyId };
    await this.throttle.begin('device_registration', { ...account, address });
    if (principal === null) return ProvisionAnswer.refusal('NOT_FOUND');
    this.admittance.remember(request, principal);
    if (asked.bringsCredentials) return ProvisionAnswer.refusal('FAILURE');
    try {
      return ProvisionAnswer.success(await this.register(principal, asked.deviceName, address));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // It was revoked in this very moment.
      if (error.kind === 'unauthenticated') return ProvisionAnswer.refusal('NOT_FOUND');
      if (finalKinds.includes(error.kind)) return ProvisionAnswer.refusal('FAILURE');
      throw error;
    }
  }

  private async identify(asked: ProvisionRequest): Promise<ProvisioningPrincipal | null> {
    const key = provisioningKeyOf(asked);
    const principal = key === null ? null : await this.authenticators.identify(key.text);
    if (principal?.kind !== 'provisioning_key' || key?.isId(principal.provisioningKeyId) !== true) return null;
    return principal;
  }

  private async register(principal: ProvisioningPrincipal, deviceName: string, address: string): Promise<string> {
    const { tenant, provisioningKeyId } = principal;
    const uuid = uuidOf(deviceName);
    const isSpoken = await this.isSpokenFor(principal, uuid);
    const registered = await this.registrations.register(
      principal,
      {
        ...{ uuid, deviceName, ownKey: null, mac: null, serial: null, details: {} },
        whereabouts: { location: null, country: null, state: null },
      },
      address,
    );
    const { reregistration } = await this.keys.get(tenant, provisioningKeyId);
    if (isSpoken && reregistration === 'rotate') return (await this.tokens.rotate(tenant, registered.deviceId)).token;
    return this.transactions.run((tx) => this.tokens.ensureFor(tx, tenant, registered.deviceId));
  }

  /**
   * Whether the device has its token and has used it: then whoever has only the fleet's key is not told it again. A device
   * that lost the answer is served whatever the policy; one that is placed is told its token each time.
   */
  private async isSpokenFor({ tenant, provisioningKeyId }: ProvisioningPrincipal, uuid: string): Promise<boolean> {
    const { placement, reregistration } = await this.keys.get(tenant, provisioningKeyId);
    if (placement !== null) return false;
    const { rows } = await this.devices.list(tenant, { skip: 0, limit: 1, sort: 'name', uuid });
    const isSpoken = rows.some(({ handshakeAt }) => handshakeAt !== null);
    if (isSpoken && reregistration !== 'rotate') throw new DeviceAlreadyProvisioned();
    return isSpoken;
  }
}
