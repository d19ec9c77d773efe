import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';

/** What a change of a profile does to the devices and keys that name it. Its caller holds the profile's row. */
@Injectable()
export class ProfileMembersRepository {
  /** The devices of the profile, in id order, locked. */
  async lockDevices(tx: Tx, tenant: Tenant, profileId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM devices WHERE tenant_id = $1 AND profile_id = $2 AND deleted_at IS NULL ORDER BY id FOR UPDATE`,
      [tenant.id, profileId],
    );
    return rows.map((row) => row.id);
  }

  /** The keys that give the profile to devices they make, locked. */
  async lockApiKeys(tx: Tx, tenant: Tenant, profileId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM api_keys WHERE tenant_id = $1 AND profile_id = $2 AND revoked_at IS NULL ORDER BY id FOR UPDATE`,
      [tenant.id, profileId],
    );
    return rows.map((row) => row.id);
  }

  async letGo(tx: Tx, tenant: Tenant, profileId: string): Promise<void> {
    await tx.query('UPDATE devices SET profile_id = NULL WHERE tenant_id = $1 AND profile_id = $2', [
      tenant.id,
      profileId,
    ]);
    await tx.query('UPDATE api_keys SET profile_id = NULL WHERE tenant_id = $1 AND profile_id = $2', [
      tenant.id,
      profileId,
    ]);
  }

  /**
   * Asks the sweeper to reckon anew when those that go by the profile's interval would be late. Only an online device can
   * be; states are locked in the order in which everybody locks them.
   */
  async expectMessages(tx: Tx, tenant: Tenant, profileId: string, now: Date): Promise<void> {
    await tx.query(
      `WITH locked AS MATERIALIZED (
         SELECT s.device_id FROM devices d JOIN device_state s ON s.device_id = d.id
         WHERE d.tenant_id = $1 AND d.profile_id = $2 AND d.deleted_at IS NULL AND d.expected_transmit_time IS NULL
         ORDER BY s.device_id FOR UPDATE OF s
       ) UPDATE device_state s SET check_at = $3 FROM locked WHERE s.device_id = locked.device_id AND s.status = 'online'`,
      [tenant.id, profileId, now],
    );
  }
}
