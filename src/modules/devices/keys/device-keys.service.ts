import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { verifySecretHash } from '../../../core/crypto/secret-hash.js';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { DevicesService } from '../devices.service.js';
import type { DeviceClient } from '../keycloak/device-client.contract.js';
import { KeycloakClientsService } from '../keycloak/keycloak-clients.service.js';
import type { DeviceKey, DeviceKeyOrigin } from './device-key.entity.js';
import { DeviceKeyNotFound, DeviceKeyRefused } from './device-key.errors.js';
import { newDeviceKey, ownDeviceKey, parseDeviceKey } from './device-key.rules.js';
import { DeviceKeysRepository } from './device-keys.repository.js';

/** For so long both keys of a rotation are good. */
const overlapMs = 24 * 3_600_000;

export interface KeyToIssue {
  origin: DeviceKeyOrigin;
  name?: string | null;
  expiresAt?: Date | null;
  /** The one-time token or the registration that it is given for: an unconfirmed key of the same one ends. */
  claimId?: string;
  /** The device made it itself. */
  ownKey?: string;
  /** The other keys end at once, not when this one is first used. */
  revokePrevious?: boolean;
}

export interface IssuedKey {
  deviceKey: Row<DeviceKey>;
  /** Shown here and nowhere again. */
  key: string;
  /** What the device may use instead of it, where devices are clients of a Keycloak. */
  client: DeviceClient | null;
}

/** Makes, rotates and ends the keys of devices. The only writer of the device_keys table. */
@Injectable()
export class DeviceKeysService {
  constructor(
    private readonly keys: DeviceKeysRepository,
    private readonly devices: DevicesService,
    private readonly clients: KeycloakClientsService,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, deviceId: string, page: { skip: number; limit: number }): Promise<[DeviceKey[], number]> {
    await this.devices.get(tenant, deviceId);
    return this.keys.list(tenant, deviceId, page.skip, page.limit);
  }

  async issue(tenant: Tenant, deviceId: string, request: Omit<KeyToIssue, 'origin'>): Promise<IssuedKey> {
    if (request.expiresAt !== undefined && request.expiresAt !== null && request.expiresAt <= this.clock.now()) {
      throw new ValidationFailed([{ path: 'expires_at', message: 'lies in the past' }]);
    }
    return this.transactions.run(async (tx) => {
      const issued = await this.issueWithin(tx, tenant, deviceId, { ...request, origin: 'issued' });
      await this.record(tx, tenant, 'device_key.issued', issued.deviceKey);
      return issued;
    });
  }

  /** The keys that the device has stay good for a day. */
  async rotate(tenant: Tenant, deviceId: string): Promise<IssuedKey> {
    return this.transactions.run(async (tx) => {
      const live = await this.keys.lockLive(tx, tenant, deviceId);
      const issued = await this.issueWithin(tx, tenant, deviceId, { origin: 'rotated' });
      await this.keys.endAt(
        tx,
        live.map(({ id }) => id),
        new Date(this.clock.nowMs() + overlapMs),
      );
      await this.tell(tx, tenant, live);
      await this.record(tx, tenant, 'device_key.rotated', issued.deviceKey);
      return issued;
    });
  }

  async revoke(tenant: Tenant, deviceId: string, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const live = await this.keys.lockLive(tx, tenant, deviceId);
      const revoked = live.find((key) => key.id === id);
      if (revoked === undefined) throw new DeviceKeyNotFound();
      await this.end(tx, tenant, [revoked]);
      if (live.length === 1) await this.clients.letGo(tx, tenant, deviceId);
      await this.record(tx, tenant, 'device_key.revoked', revoked);
    });
  }

  /**
   * Part of a larger change, which also records it. The device must be there and is held. Keys that are good now end when
   * this one is first used, so that a device that never got its answer still has one.
   */
  async issueWithin(tx: Tx, tenant: Tenant, deviceId: string, request: KeyToIssue): Promise<IssuedKey> {
    await this.devices.getForUse(tx, tenant, [deviceId]);
    const made = request.ownKey === undefined ? newDeviceKey() : ownDeviceKey(request.ownKey);
    if (made === null) throw new DeviceKeyRefused('it must be 32 to 128 letters, digits and ._~+/=-');
    const live = await this.keys.lockLive(tx, tenant, deviceId);
    const ends = live.filter(
      (key) =>
        request.revokePrevious === true ||
        (request.claimId !== undefined && key.claimId === request.claimId && key.confirmedAt === null),
    );
    await this.end(tx, tenant, ends);
    const now = this.clock.now();
    const deviceKey: Row<DeviceKey> = {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      deviceId,
      name: request.name ?? null,
      origin: request.origin,
      claimId: request.claimId ?? null,
      prefix: made.prefix,
      secretHash: made.secretHash,
      createdAt: now,
      expiresAt: request.expiresAt ?? null,
      confirmedAt: null,
      lastUsedAt: null,
      revokedAt: null,
    };
    if (request.ownKey !== undefined) await this.keys.forgetRetired(tx, tenant, made.prefix);
    await this.keys.insert(tx, deviceKey);
    // One that was looked for before it was there is remembered as none.
    await this.changes.record(tx, tenant, 'device_key', deviceKey.id);
    // Last: it is another server's, which no rollback reaches.
    const client = await this.clients.provide(tx, tenant, deviceId, { newSecret: request.origin === 'rotated' });
    return { deviceKey, key: made.key, client };
  }

  /** Whether this very key is one of the device's that are good. Its keys are held until the transaction ends. */
  async isHeld(tx: Tx, tenant: Tenant, deviceId: string, key: string): Promise<boolean> {
    const parsed = parseDeviceKey(key);
    if (parsed === null) return false;
    const now = this.clock.now();
    return (await this.keys.lockLive(tx, tenant, deviceId)).some(
      ({ prefix, secretHash, expiresAt }) =>
        prefix === parsed.prefix &&
        verifySecretHash(parsed.secret, secretHash) &&
        (expiresAt === null || expiresAt > now),
    );
  }

  async hasGood(tx: Tx, tenant: Tenant, deviceId: string): Promise<boolean> {
    const now = this.clock.now();
    return (await this.keys.lockLive(tx, tenant, deviceId)).some(
      ({ expiresAt }) => expiresAt === null || expiresAt > now,
    );
  }

  /** The device has shown that it has this key: those from before it end now, but for the overlap of a rotation. */
  async confirm(tenant: Tenant, deviceId: string, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const live = await this.keys.lockLive(tx, tenant, deviceId);
      const confirmed = live.find((key) => key.id === id);
      if (confirmed === undefined || confirmed.confirmedAt !== null) return;
      await this.keys.confirm(tx, id, this.clock.now());
      await this.tell(tx, tenant, [confirmed]);
      if (confirmed.origin !== 'rotated') await this.end(tx, tenant, live.slice(0, live.indexOf(confirmed)));
    });
  }

  private async end(tx: Tx, tenant: Tenant, keys: readonly DeviceKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.keys.revoke(
      tx,
      keys.map(({ id }) => id),
      this.clock.now(),
    );
    await this.tell(tx, tenant, keys);
  }

  private async tell(tx: Tx, tenant: Tenant, keys: readonly DeviceKey[]): Promise<void> {
    for (const { id } of keys) await this.changes.record(tx, tenant, 'device_key', id);
  }

  private async record(tx: Tx, tenant: Tenant, action: string, key: Row<DeviceKey>): Promise<void> {
    const { id, prefix: name } = key;
    const after = { device_id: key.deviceId, name: key.name, origin: key.origin, expires_at: key.expiresAt };
    await this.audit.record(tx, tenant, { action, subject: { kind: 'device_key', id, name }, before: {}, after });
  }
}
