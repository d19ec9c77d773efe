import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { LastKnownCache } from '../../../core/changes/last-known-cache.js';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { DevicePrincipal } from '../../auth/principal.decorator.js';
import { DevicesService } from '../devices.service.js';
import type { DeviceAccessToken } from './device-access-token.entity.js';
import { NoAccessToken } from './device-access-token.errors.js';
import { accessTokenHash, looksLikeAccessToken, newAccessToken } from './device-access-token.rules.js';
import { DeviceAccessTokensRepository, type AccessTokenOwner } from './device-access-tokens.repository.js';

const kind = 'device_access_token';
const maxTokensKept = 20_000;

/** A device's token as its admins see it. */
export interface ShownAccessToken {
  deviceId: string;
  token: string;
  createdAt: Date;
}

/** Makes, shows and rotates the tokens of ThingsBoard's kind, and knows devices by them. The only writer of their table. */
@Injectable()
export class DeviceAccessTokensService implements OnModuleInit {
  private readonly owners: LastKnownCache<AccessTokenOwner>;

  constructor(
    private readonly tokens: DeviceAccessTokensRepository,
    private readonly devices: DevicesService,
    private readonly box: SecretBox,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {
    // By the hash: what a cache is asked for stands in the log when it cannot answer.
    this.owners = new LastKnownCache(
      clock,
      maxTokensKept,
      (hash) => tokens.findOwner(Buffer.from(hash, 'hex')),
      ({ deviceId }) => [deviceId],
    );
  }

  onModuleInit(): void {
    for (const changed of [kind, 'device']) {
      this.changes.onChange(changed, ({ entityId }) => {
        this.owners.forget(entityId);
      });
    }
  }

  /**
   * The device's token, made where it has none: of any number at once all get the same. Part of a larger change, which also
   * records it.
   *
   * @throws DeviceNotFound
   */
  async ensureFor(tx: Tx, tenant: Tenant, deviceId: string): Promise<string> {
    return (await this.ensure(tx, tenant, deviceId)).token;
  }

  /** For an admin, and recorded: who has seen it can speak for the device. */
  async show(tenant: Tenant, deviceId: string): Promise<ShownAccessToken> {
    return this.transactions.run(async (tx) => {
      const shown = await this.ensure(tx, tenant, deviceId);
      await this.record(tx, tenant, deviceId, 'read');
      return shown;
    });
  }

  /** The old one is refused from now on: ThingsBoard's devices know no overlap. */
  async rotate(tenant: Tenant, deviceId: string): Promise<ShownAccessToken> {
    return this.transactions.run(async (tx) => {
      await this.devices.getForUse(tx, tenant, [deviceId]);
      const fresh = this.made(tenant, deviceId);
      if (!(await this.tokens.insertUnlessThere(tx, fresh.row))) await this.tokens.replace(tx, fresh.row);
      await this.changes.record(tx, tenant, kind, deviceId);
      await this.record(tx, tenant, deviceId, 'rotated');
      return { deviceId, token: fresh.token, createdAt: fresh.row.createdAt };
    });
  }

  /**
   * Who speaks with this token; null when nobody does. While the database is away it is as good as it last was.
   *
   * @throws NoAccessToken where the text has another form
   */
  async deviceOf(token: string): Promise<DevicePrincipal | null> {
    if (!looksLikeAccessToken(token)) throw new NoAccessToken();
    const hash = accessTokenHash(token).toString('hex');
    const owner = this.owners.peek(hash) ?? (await this.owners.find(hash));
    return owner === null ? null : { kind: 'device', tenant: { id: owner.tenantId }, deviceId: owner.deviceId };
  }

  private async ensure(tx: Tx, tenant: Tenant, deviceId: string): Promise<ShownAccessToken> {
    await this.devices.getForUse(tx, tenant, [deviceId]);
    const known = await this.tokens.find(tx, tenant, deviceId);
    if (known !== null) return this.opened(known);
    const { row, token } = this.made(tenant, deviceId);
    if (await this.tokens.insertUnlessThere(tx, row)) return { deviceId, token, createdAt: row.createdAt };
    const others = await this.tokens.find(tx, tenant, deviceId);
    if (others === null) throw new Error('an access token was there and is not');
    return this.opened(others);
  }

  private made(tenant: Tenant, deviceId: string): { row: Row<DeviceAccessToken>; token: string } {
    const token = newAccessToken();
    const row = {
      tenantId: tenant.id,
      deviceId,
      tokenHash: accessTokenHash(token),
      tokenSealed: this.box.seal(token, sealedFor(deviceId)),
      createdAt: this.clock.now(),
    };
    return { row, token };
  }

  private opened({ deviceId, tokenSealed, createdAt }: DeviceAccessToken): ShownAccessToken {
    return { deviceId, token: this.box.open(tokenSealed, sealedFor(deviceId)), createdAt };
  }

  private async record(tx: Tx, tenant: Tenant, deviceId: string, verb: 'read' | 'rotated'): Promise<void> {
    const subject = { kind, id: deviceId, name: null };
    await this.audit.record(tx, tenant, { action: `${kind}.${verb}`, subject, report: { device_id: deviceId } });
  }
}

function sealedFor(deviceId: string): string {
  return `device:${deviceId}:access_token`;
}
