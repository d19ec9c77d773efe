import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { Tx } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';
import { NoticeOwed } from './notice-owed.event.js';
import type { NoticeKind } from './notice.js';
import { NoticesRepository } from './notices.repository.js';

/**
 * Tells the fleet's broker (MQTT_URL) that a file was saved: `{"filename":"…"}` on `<prefix>/updates/<kind>`, QoS 1, not
 * retained. Owed in the transaction of the save and sent after it, at least once, however long the broker is away; a file
 * that was saved often meanwhile is told of once. Without MQTT_URL nobody is told, now or later.
 *
 * @example
 * await this.transactions.run(async (tx) => {
 *   await this.assets.insert(tx, asset);
 *   await this.notices.owe(tx, tenant, 'assets', [asset.filename]);
 * });
 */
@Injectable()
export class Notices {
  constructor(
    private readonly repository: NoticesRepository,
    private readonly settings: Settings,
  ) {}

  async owe(tx: Tx, tenant: Tenant, kind: NoticeKind, filenames: readonly string[]): Promise<void> {
    if (this.settings.mqtt === undefined || filenames.length === 0) return;
    await this.repository.owe(tx, tenant, kind, filenames);
    tx.publish(new NoticeOwed());
  }
}
