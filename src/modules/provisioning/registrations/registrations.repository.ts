import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceRegistration } from './device-registration.entity.js';

/** A device by its uuid, and its registration with one provisioning key. */
export interface NamedDevice {
  id: string;
  name: string;
  createdAt: Date;
  /** Null: it never registered with this key. */
  registration: Pick<Row<DeviceRegistration>, 'registrationId' | 'registeredAt' | 'announcedAt'> | null;
}

/** A device in the list of those that used a key. */
export interface RegisteredDevice {
  deviceId: string;
  name: string;
  uuid: string | null;
  registeredAt: Date;
  address: string;
  isConfirmed: boolean;
  isRetired: boolean;
}

interface DeviceRow {
  id: string;
  name: string;
  created_at: Date;
}

const isConfirmed = `EXISTS (SELECT FROM device_keys k WHERE k.tenant_id = r.tenant_id AND k.device_id = r.device_id
    AND k.claim_id = r.registration_id AND k.confirmed_at IS NOT NULL)`;

/** All queries on registrations. */
@Injectable()
export class RegistrationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Two registrations of one device follow each other: the device is held until the transaction ends. */
  async lockDevice(tx: Tx, tenant: Tenant, provisioningKeyId: string, uuid: string): Promise<NamedDevice | null> {
    const [device] = await tx.query<DeviceRow>(
      `SELECT id, name, created_at FROM devices WHERE tenant_id = $1 AND uuid = $2 AND deleted_at IS NULL
       FOR NO KEY UPDATE`,
      [tenant.id, uuid],
    );
    if (device === undefined) return null;
    const registration = await this.findRegistration(tx, tenant, provisioningKeyId, device.id);
    return { id: device.id, name: device.name, createdAt: device.created_at, registration };
  }

  async findRegistration(
    tx: Tx,
    tenant: Tenant,
    provisioningKeyId: string,
    deviceId: string,
  ): Promise<NamedDevice['registration']> {
    return tx.manager.findOneBy(DeviceRegistration, { tenantId: tenant.id, provisioningKeyId, deviceId });
  }

  /** The key that the device got for this registration is good, and was never used. */
  async isOpen(tx: Tx, tenant: Tenant, deviceId: string, registrationId: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT FROM device_keys WHERE tenant_id = $1 AND device_id = $2 AND claim_id = $3
         AND confirmed_at IS NULL AND revoked_at IS NULL`,
      [tenant.id, deviceId, registrationId],
    );
    return rows.length > 0;
  }

  async save(tx: Tx, registration: Row<DeviceRegistration>): Promise<void> {
    await tx.manager.upsert(DeviceRegistration, registration, ['tenantId', 'provisioningKeyId', 'deviceId']);
  }

  async announced(tenant: Tenant, provisioningKeyId: string, registrationId: string, at: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE device_registrations SET announced_at = $4
       WHERE tenant_id = $1 AND provisioning_key_id = $2 AND registration_id = $3`,
      [tenant.id, provisioningKeyId, registrationId, at],
    );
  }

  async findDevice(tenant: Tenant, uuid: string): Promise<{ id: string; name: string } | null> {
    const [device] = await this.dataSource.query<{ id: string; name: string }[]>(
      'SELECT id, name FROM devices WHERE tenant_id = $1 AND uuid = $2 AND deleted_at IS NULL',
      [tenant.id, uuid],
    );
    return device ?? null;
  }

  /** Of one key, the last one first. */
  async list(
    tenant: Tenant,
    provisioningKeyId: string,
    page: { skip: number; limit: number },
  ): Promise<{ rows: RegisteredDevice[]; total: number }> {
    return pageOfRows<RegisteredDevice>((sql, values) => this.dataSource.query(sql, values), {
      columns: `r.device_id AS "deviceId", d.name, d.uuid, r.registered_at AS "registeredAt", r.address,
        d.deleted_at IS NOT NULL AS "isRetired", ${isConfirmed} AS "isConfirmed"`,
      from: 'device_registrations r JOIN devices d ON d.tenant_id = r.tenant_id AND d.id = r.device_id',
      countFrom: 'device_registrations r',
      where: new Conditions()
        .and(tenant.id, (p) => `r.tenant_id = ${p}`)
        .and(provisioningKeyId, (p) => `r.provisioning_key_id = ${p}`),
      orderBy: 'r.registration_id DESC',
      ...page,
    });
  }
}
