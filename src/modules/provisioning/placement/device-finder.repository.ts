import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DeviceLocation } from '../../devices/device.entity.js';

/** A device that a registration means, and what of it is still open. */
export interface MeantDevice {
  id: string;
  name: string;
  uuid: string | null;
  serial: string | null;
  placeId: string | null;
  profileId: string | null;
  location: DeviceLocation | null;
  createdAt: Date;
  /** When its first telemetry came. */
  handshakeAt: Date | null;
}

const columns = `id, name, uuid, serial, place_id AS "placeId", profile_id AS "profileId", location,
  created_at AS "createdAt",
  (SELECT s.handshake_at FROM device_state s WHERE s.tenant_id = devices.tenant_id AND s.device_id = devices.id)
    AS "handshakeAt"`;
const identified = 'tenant_id = $1 AND (uuid = $2 OR serial = $3) AND deleted_at IS NULL';

/** Looks for the devices that a registration may mean, and holds them until the transaction ends. */
@Injectable()
export class DeviceFinderRepository {
  constructor(private readonly dataSource: DataSource) {}

  async byIdentity(tx: Tx, tenant: Tenant, uuid: string, serial: string | null): Promise<MeantDevice[]> {
    return tx.query(`SELECT ${columns} FROM devices WHERE ${identified} ORDER BY id FOR NO KEY UPDATE`, [
      tenant.id,
      uuid,
      serial,
    ]);
  }

  /**
   * Without case; one that has another serial number than was said is another one. Two are enough to know that it is not
   * clear. They are taken before they are sorted: else PostgreSQL goes through all devices in the order of their ids.
   */
  async byName(tx: Tx, tenant: Tenant, name: string, serial: string | null): Promise<MeantDevice[]> {
    return tx.query(
      `SELECT ${columns} FROM devices
       WHERE tenant_id = $1 AND deleted_at IS NULL AND id = ANY (ARRAY(
         SELECT id FROM devices
         WHERE tenant_id = $1 AND lower(name) = lower($2) AND (serial IS NULL OR $3::text IS NULL) AND deleted_at IS NULL
         LIMIT 2))
       ORDER BY id FOR NO KEY UPDATE`,
      [tenant.id, name, serial],
    );
  }

  async isPlaced(
    tenant: Tenant,
    { uuid, serial, name }: { uuid: string; serial: string | null; name: string },
  ): Promise<boolean> {
    const [row] = await this.dataSource.query<{ placed: boolean }[]>(
      `SELECT CASE WHEN EXISTS (SELECT FROM devices WHERE ${identified})
         THEN EXISTS (SELECT FROM devices WHERE ${identified} AND place_id IS NOT NULL)
         ELSE EXISTS (SELECT FROM devices WHERE tenant_id = $1 AND lower(name) = lower($4)
           AND (serial IS NULL OR $3::text IS NULL) AND deleted_at IS NULL AND place_id IS NOT NULL) END AS placed`,
      [tenant.id, uuid, serial, name],
    );
    return row?.placed === true;
  }
}
