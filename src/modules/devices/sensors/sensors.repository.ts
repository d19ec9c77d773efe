import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { joinProfile } from '../profiles/effective-interval.sql.js';
import type { ListSensorsQuery } from './dto/list-sensors.query.js';
import type { SensorSource } from './sensors-of.rules.js';

const columns = `d.id AS "deviceId", d.name AS "deviceName", s.latest, COALESCE(f.measurements, '[]') AS measurements,
  CASE WHEN EXISTS (SELECT FROM devices o WHERE o.tenant_id = d.tenant_id AND o.name = d.name AND o.id <> d.id AND o.deleted_at IS NULL)
    THEN COALESCE(d.dev_eui, d.serial, d.id::text) END AS distinction`;
const from = `devices d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id ${joinProfile('d', 'f')}`;

/** Reads what devices said last, with what their profiles know of it. */
@Injectable()
export class SensorsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Devices that have said something, in the order of their names, behind one of them. */
  async listAfter(
    tenant: Tenant,
    query: ListSensorsQuery,
    after: SensorSource | undefined,
    limit: number,
  ): Promise<SensorSource[]> {
    const where = new Conditions()
      .and(tenant.id, (p) => `d.tenant_id = ${p}`)
      .andThat('d.deleted_at IS NULL AND s.latest_ms > 0');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `d.name ILIKE ${p}`);
    if (query.device_id !== undefined) where.and(query.device_id, (p) => `d.id = ${p}`);
    if (query.profile_id !== undefined) where.and(query.profile_id, (p) => `d.profile_id = ${p}`);
    if (query.place_id !== undefined) where.and(query.place_id, (p) => `d.place_id = ${p}`);
    if (after !== undefined) {
      where.and(after.deviceName, (p) => `d.name >= ${p}`);
      const name = `$${where.values.length.toString()}`;
      where.and(after.deviceId, (p) => `(d.name, d.id) > (${name}, ${p}::uuid)`);
    }
    return this.dataSource.query<SensorSource[]>(
      `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY d.name, d.id LIMIT ${limit.toString()}`,
      where.values,
    );
  }
}
