import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { LastKnownCache } from '../../../core/changes/last-known-cache.js';
import { verifySecretHash } from '../../../core/crypto/secret-hash.js';
import { isDatabaseAway } from '../../../core/database/database-away.js';
import { Clock } from '../../../core/time/clock.js';
import { Authenticators, type Authenticator } from '../../auth/authenticators.service.js';
import type { Principal } from '../../auth/principal.decorator.js';
import { DeviceKeyUses } from './device-key-uses.js';
import { looksLikeDeviceKey, parseDeviceKey } from './device-key.rules.js';
import { DeviceKeysRepository, type DeviceKeyAccess } from './device-keys.repository.js';
import { DeviceKeysService } from './device-keys.service.js';

const maxKeysKept = 20_000;

/** Knows devices by their keys, and sees when one is used for the first time. */
@Injectable()
export class DeviceKeyAuthenticator implements Authenticator, OnModuleInit {
  readonly name = 'device key';
  private readonly logger = new Logger(DeviceKeyAuthenticator.name);
  private readonly known: LastKnownCache<DeviceKeyAccess>;

  constructor(
    private readonly authenticators: Authenticators,
    private readonly keys: DeviceKeysService,
    private readonly uses: DeviceKeyUses,
    private readonly changes: Changes,
    private readonly clock: Clock,
    repository: DeviceKeysRepository,
  ) {
    this.known = new LastKnownCache(
      clock,
      maxKeysKept,
      (prefix) => repository.findAccess(prefix),
      ({ id, deviceId }) => [id, deviceId],
    );
  }

  onModuleInit(): void {
    this.authenticators.register(this);
    this.changes.onChange('device_key', ({ entityId }) => {
      this.known.forget(entityId);
    });
    this.changes.onChange('device', ({ entityId }) => {
      this.known.forget(entityId);
    });
  }

  recognises(credential: string): boolean {
    return looksLikeDeviceKey(credential);
  }

  async authenticate(credential: string): Promise<Principal | null> {
    const parsed = parseDeviceKey(credential);
    if (parsed === null) return null;
    const access = this.known.peek(parsed.prefix) ?? (await this.known.find(parsed.prefix));
    if (access === null || !verifySecretHash(parsed.secret, access.secretHash)) return null;
    if (access.expiresAtMs !== null && access.expiresAtMs <= this.clock.nowMs()) return null;
    if (!access.isConfirmed) await this.confirm(access);
    this.uses.note(access.id, this.clock.now());
    return { kind: 'device', tenant: { id: access.tenantId }, deviceId: access.deviceId };
  }

  /** While the database is away the key is good all the same, and confirmed by a later use. */
  private async confirm(access: DeviceKeyAccess): Promise<void> {
    try {
      await this.keys.confirm({ id: access.tenantId }, access.deviceId, access.id);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      this.logger.warn({ err: error, device: access.deviceId }, 'the first use of a device key could not be noted');
    }
  }
}
