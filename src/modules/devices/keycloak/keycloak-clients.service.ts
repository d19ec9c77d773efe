import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import type { Tx } from '../../../core/database/tx.js';
import { EventBus } from '../../../core/events/event-bus.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { messageOf } from '../../../core/outbound/told.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { deviceClientPrefix } from '../../auth/oidc/oidc-client.contract.js';
import { DeviceRetired } from '../events/device-retired.event.js';
import type { DeviceClient } from './device-client.contract.js';
import { KeycloakAdmin } from './keycloak-admin.js';
import { KeycloakClientsRepository } from './keycloak-clients.repository.js';

/** Longer than any transaction in which a client is made. */
const unsureMs = 60_000;
const sweepEveryMs = 60_000;
const sweptAtOnce = 100;
const task = 'keycloak-clients';

/**
 * Lets devices be clients in Keycloak, beside their keys: made when a device is given its first key, gone with the last
 * one or with the device. Does nothing where no Keycloak is set.
 */
@Injectable()
export class KeycloakClientsService implements OnModuleInit {
  private readonly logger = new Logger(KeycloakClientsService.name);

  constructor(
    private readonly keycloak: KeycloakAdmin,
    private readonly clients: KeycloakClientsRepository,
    private readonly maintenance: Maintenance,
    private readonly changes: Changes,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    if (!this.keycloak.isOn) return;
    this.maintenance.register({ name: task, everyMs: sweepEveryMs, run: () => this.sweep() });
    this.bus.on(DeviceRetired, 'Keycloak clients', async () => {
      await this.maintenance.runNow(task);
    });
  }

  /**
   * The client of a device that is being given a key; null where there is no Keycloak. The transaction of the key fails
   * when Keycloak does: that the client may have to go is noted before it is made, and taken back by the commit.
   *
   * @throws KeycloakFailed
   */
  async provide(tx: Tx, tenant: Tenant, deviceId: string, { newSecret = false } = {}): Promise<DeviceClient | null> {
    if (!this.keycloak.isOn) return null;
    const clientId = deviceClientPrefix + deviceId;
    await this.clients.noteRemoval(tenant, clientId, new Date(this.clock.nowMs() + unsureMs));
    const clientSecret = await this.keycloak.ensure(clientId, { newSecret });
    await this.clients.insert(tx, tenant, deviceId, clientId);
    await this.changes.record(tx, tenant, 'keycloak_client', deviceId);
    return { clientId, clientSecret, tokenUrl: this.keycloak.tokenUrl };
  }

  /** The device has no key any more: its tokens are refused at once, and its client goes soon. */
  async letGo(tx: Tx, tenant: Tenant, deviceId: string): Promise<void> {
    if (!this.keycloak.isOn) return;
    const isGone = await this.clients.turnIntoRemoval(tx, tenant, deviceId, this.clock.now());
    if (isGone) await this.changes.record(tx, tenant, 'keycloak_client', deviceId);
  }

  /** What cannot be removed now is tried again the next time. */
  private async sweep(): Promise<void> {
    for (const clientId of await this.clients.listDue(this.clock.now(), sweptAtOnce)) {
      try {
        await this.keycloak.remove(clientId);
        await this.clients.forget(clientId);
      } catch (error) {
        this.logger.warn({ client: clientId, reason: messageOf(error) }, 'a client could not be removed from Keycloak');
        return;
      }
    }
  }
}
