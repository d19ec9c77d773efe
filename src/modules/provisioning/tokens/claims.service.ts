import { Injectable } from '@nestjs/common';
import { verifySecretHash } from '../../../core/crypto/secret-hash.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { DevicesService } from '../../devices/devices.service.js';
import { DeviceKeysService, type IssuedKey } from '../../devices/keys/device-keys.service.js';
import { ProvisioningEventsService } from '../provisioning-events.service.js';
import type { DeviceToken } from './device-token.entity.js';
import { ClaimRefused } from './device-token.errors.js';
import { isClaimable, parseDeviceToken } from './device-token.rules.js';
import { DeviceTokensRepository } from './device-tokens.repository.js';

/** What a device says when it claims. */
export interface ClaimRequest {
  token: string;
  /** Kept with the token, whatever it holds. */
  deviceMetadata: Record<string, unknown> | null;
  address: string;
}

export interface Claim {
  deviceId: string;
  key: string;
  /** What the device may use instead of its key, where devices are clients of a Keycloak. */
  client: IssuedKey['client'];
  tokenExpiresAt: Date | null;
}

/**
 * Exchanges a one-time token for a device's key. The row of the token is held meanwhile, so of any number of simultaneous
 * claims each ends the key of the one before, and one key is good in the end.
 */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly tokens: DeviceTokensRepository,
    private readonly devices: DevicesService,
    private readonly keys: DeviceKeysService,
    private readonly events: ProvisioningEventsService,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** What happens to one claim, in order. Whoever loses the answer claims again. */
  async claim(request: ClaimRequest): Promise<Claim> {
    const parsed = parseDeviceToken(request.token);
    if (parsed === null) throw new ClaimRefused();
    const { token, key, client } = await this.transactions.run(async (tx) => {
      const token = await this.claimable(tx, parsed);
      const { key, client } = await this.issueKey(tx, token);
      await this.note(tx, token, request);
      return { token, key, client };
    });
    await this.events.claimed(token);
    return { deviceId: token.deviceId, key, client, tokenExpiresAt: token.expiresAt };
  }

  private async claimable(tx: Tx, { prefix, secret }: { prefix: string; secret: string }): Promise<DeviceToken> {
    const token = await this.tokens.lockByPrefix(tx, prefix);
    if (token === null || !verifySecretHash(secret, token.secretHash)) throw new ClaimRefused();
    const isKeyInUse = await this.tokens.isKeyInUse(tx, token.id, token.deviceId, token.tenantId);
    if (!isClaimable(token, this.clock.now(), isKeyInUse)) throw new ClaimRefused();
    return token;
  }

  private async issueKey(tx: Tx, token: DeviceToken): Promise<IssuedKey> {
    const tenant = { id: token.tenantId };
    const [known] = await this.devices.idsForUse(tx, tenant, [token.deviceId]);
    // Its device is retired.
    if (known === undefined) throw new ClaimRefused();
    return this.keys.issueWithin(tx, tenant, token.deviceId, { origin: 'claimed', claimId: token.id });
  }

  private async note(tx: Tx, token: DeviceToken, { address, deviceMetadata }: ClaimRequest): Promise<void> {
    token.claimedAt ??= this.clock.now();
    token.claimedFrom = address;
    token.deviceMetadata = deviceMetadata;
    await this.tokens.save(tx, token);
    await this.audit.record(
      tx,
      { id: token.tenantId },
      {
        action: 'device_token.claimed',
        subject: { kind: 'device_token', id: token.id, name: token.prefix },
        report: { device_id: token.deviceId },
        actor: { kind: 'device', id: token.deviceId },
      },
    );
  }
}
