import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DeviceLabel } from './device-label.entity.js';

/** All queries on who wears which label. Writers hold the device's row, and share the labels', before they come here. */
@Injectable()
export class DeviceLabelsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async labelIdsOf(tx: Tx, tenant: Tenant, deviceId: string): Promise<string[]> {
    const rows = await tx.manager.findBy(DeviceLabel, { tenantId: tenant.id, deviceId });
    return rows.map((row) => row.labelId);
  }

  async add(tx: Tx, tenant: Tenant, deviceId: string, labelIds: readonly string[]): Promise<void> {
    await tx.query(
      `INSERT INTO device_labels (tenant_id, device_id, label_id)
       SELECT $1, $2, label_id FROM unnest($3::uuid[]) AS given (label_id) ORDER BY label_id ON CONFLICT DO NOTHING`,
      [tenant.id, deviceId, labelIds],
    );
  }

  async remove(tx: Tx, tenant: Tenant, deviceId: string, labelIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM device_labels WHERE tenant_id = $1 AND device_id = $2 AND label_id = ANY($3::uuid[])', [
      tenant.id,
      deviceId,
      labelIds,
    ]);
  }

  async removeDevice(tx: Tx, tenant: Tenant, deviceId: string): Promise<void> {
    await tx.manager.delete(DeviceLabel, { tenantId: tenant.id, deviceId });
  }

  async removeLabel(tx: Tx, tenant: Tenant, labelId: string): Promise<void> {
    await tx.manager.delete(DeviceLabel, { tenantId: tenant.id, labelId });
  }

  async countsOf(tenant: Tenant, labelIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ label_id: string; count: number }[]>(
      `SELECT label_id, count(*)::int AS count FROM device_labels
       WHERE tenant_id = $1 AND label_id = ANY($2::uuid[]) GROUP BY label_id`,
      [tenant.id, labelIds],
    );
    return new Map(rows.map((row) => [row.label_id, row.count]));
  }

  async deviceIdsOf(tenant: Tenant, labelId: string, limit: number): Promise<string[]> {
    const rows = await this.dataSource.manager.find(DeviceLabel, {
      where: { tenantId: tenant.id, labelId },
      order: { deviceId: 'ASC' },
      take: limit,
    });
    return rows.map((row) => row.deviceId);
  }
}
