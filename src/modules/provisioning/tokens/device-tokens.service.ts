import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { DevicesService } from '../../devices/devices.service.js';
import type { DeviceToken } from './device-token.entity.js';
import { DeviceTokenNotFound, DeviceTokenSpent } from './device-token.errors.js';
import { newDeviceToken } from './device-token.rules.js';
import { DeviceTokensRepository, type DeviceTokenFilter, type NamedDeviceToken } from './device-tokens.repository.js';

export interface TokenRequest {
  notes: string | null;
  metadata: Record<string, unknown>;
  /** Null: never expires. */
  lifetimeMinutes: number | null;
}

export interface IssuedToken {
  deviceToken: Row<DeviceToken>;
  /** Shown here and nowhere again. */
  token: string;
}

/** Issues and revokes one-time tokens. */
@Injectable()
export class DeviceTokensService {
  constructor(
    private readonly tokens: DeviceTokensRepository,
    private readonly devices: DevicesService,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(tenant: Tenant, filter: DeviceTokenFilter): Promise<{ rows: NamedDeviceToken[]; total: number }> {
    return this.tokens.list(tenant, filter);
  }

  async get(tenant: Tenant, id: string): Promise<NamedDeviceToken> {
    const token = await this.tokens.find(tenant, id);
    if (token === null) throw new DeviceTokenNotFound();
    return token;
  }

  async issue(tenant: Tenant, deviceId: string, request: TokenRequest): Promise<IssuedToken> {
    const [issued] = await this.issueMany(tenant, [deviceId], request);
    if (issued === undefined) throw new Error('no token was made for one device');
    return issued;
  }

  /** One for each device, or none at all. */
  async issueMany(tenant: Tenant, deviceIds: readonly string[], request: TokenRequest): Promise<IssuedToken[]> {
    const issued = deviceIds.map((deviceId) => this.tokenFor(tenant, deviceId, request));
    await this.transactions.run(async (tx) => {
      await this.devices.getForUse(tx, tenant, deviceIds);
      const rows = issued.map(({ deviceToken }) => deviceToken);
      await this.tokens.insert(tx, rows);
      const [first] = rows;
      if (rows.length === 1 && first !== undefined) {
        const subject = { kind: 'device_token', id: first.id, name: first.prefix };
        const after = { device_id: first.deviceId, notes: first.notes, expires_at: first.expiresAt };
        await this.audit.record(tx, tenant, { action: 'device_token.issued', subject, after });
      } else {
        const ids = rows.map(({ id }) => id);
        await this.audit.recordBulk(tx, tenant, { action: 'device_token.issued', kind: 'device_token', ids });
      }
    });
    return issued;
  }

  async revoke(tenant: Tenant, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const token = await this.tokens.lock(tx, tenant, id);
      if (token === null) throw new DeviceTokenNotFound();
      if (token.claimedAt !== null) throw new DeviceTokenSpent();
      if (token.revokedAt !== null) return;
      token.revokedAt = this.clock.now();
      await this.tokens.save(tx, token);
      const subject = { kind: 'device_token', id, name: token.prefix };
      await this.audit.record(tx, tenant, { action: 'device_token.revoked', subject });
    });
  }

  private tokenFor(tenant: Tenant, deviceId: string, request: TokenRequest): IssuedToken {
    const now = this.clock.now();
    const { token, prefix, secretHash } = newDeviceToken();
    const { notes, metadata, lifetimeMinutes } = request;
    const deviceToken: Row<DeviceToken> = {
      ...{ id: newId(now.getTime()), tenantId: tenant.id, deviceId, prefix, secretHash, notes, metadata },
      createdAt: now,
      expiresAt: lifetimeMinutes === null ? null : new Date(now.getTime() + lifetimeMinutes * 60_000),
      ...{ revokedAt: null, claimedAt: null, claimedFrom: null, deviceMetadata: null },
    };
    return { deviceToken, token };
  }
}
