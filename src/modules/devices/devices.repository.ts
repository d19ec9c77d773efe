import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import { Reader } from '../../core/database/reader.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import { defaultLimit } from '../../core/http/paging/page.query.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DeviceState, type DeviceStatus, type KnownDevice } from './device-state.entity.js';
import { Device } from './device.entity.js';
import { DeviceIdentityTaken } from './device.errors.js';
import type { DeviceFilter, ListDevicesQuery } from './dto/list-devices.query.js';
import { normalMac } from './device.rules.js';

export const columns = `d.id, d.tenant_id AS "tenantId", d.name, d.dev_eui AS "devEui", d.mac, d.uuid, d.serial,
  d.app_eui AS "appEui", d.app_key_sealed AS "appKeySealed", d.description, d.site,
  d.profile_id AS "profileId", d.place_id AS "placeId", f.name AS "profileName", l.name AS "placeName",
  d.expected_transmit_time AS "expectedTransmitTime", d.metadata, d.location, d.created_at AS "createdAt",
  d.updated_at AS "updatedAt", d.deleted_at AS "deletedAt", s.status, s.last_seen_at AS "lastSeenAt",
  s.handshake_at AS "handshakeAt", s.latest,
  ARRAY(SELECT w.label_id FROM device_labels w WHERE w.tenant_id = d.tenant_id AND w.device_id = d.id
        ORDER BY w.label_id) AS "labelIds"`;
export const from = `devices d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id
  LEFT JOIN device_profiles f ON f.tenant_id = d.tenant_id AND f.id = d.profile_id
  LEFT JOIN places l ON l.tenant_id = d.tenant_id AND l.id = d.place_id`;

export const orders: Record<ListDevicesQuery['sort'], string> = {
  name: 'd.name, d.id',
  '-name': 'd.name DESC, d.id',
  created_at: 'd.created_at, d.id',
  '-created_at': 'd.created_at DESC, d.id DESC',
  updated_at: 'd.updated_at, d.id',
  '-updated_at': 'd.updated_at DESC, d.id DESC',
  dev_eui: 'd.dev_eui, d.id',
  '-dev_eui': 'd.dev_eui DESC NULLS LAST, d.id',
  status: 's.status, d.name, d.id',
  '-status': 's.status DESC, d.name, d.id',
  last_seen_at: 's.last_seen_at NULLS FIRST, d.id',
  '-last_seen_at': 's.last_seen_at DESC NULLS LAST, d.id',
};

/** All queries on devices and the rows of state that are made and removed with them. */
@Injectable()
export class DevicesRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: Reader,
  ) {}

  async list(tenant: Tenant, query: ListDevicesQuery, labelId = query.label_id) {
    const where = filtered(tenant, query, labelId);
    const { skip, limit, sort } = query;
    // What everybody opens first: one text for each order. All others are as many as there are filters and pages.
    const isUsual = where.values.length === 1 && skip === 0 && limit === defaultLimit;
    const ask = <Row>(sql: string, values: unknown[]): Promise<Row[]> =>
      isUsual ? this.reader.prepared(sql, values) : this.dataSource.query(sql, values);
    return pageOfRows<KnownDevice>(ask, {
      columns,
      from,
      // Every device has its row of state.
      ...(query.status === undefined ? { countFrom: 'devices d' } : {}),
      where,
      orderBy: orders[sort],
      skip,
      limit,
    });
  }

  /** Those behind an id, in id order: the way through all of them that no edit disturbs. */
  async listAfter(tenant: Tenant, filter: DeviceFilter, after: string | null, limit: number): Promise<KnownDevice[]> {
    const where = filtered(tenant, filter);
    if (after !== null) where.and(after, (p) => `d.id > ${p}`);
    const sql = `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY d.id LIMIT ${limit}`;
    return this.dataSource.query<KnownDevice[]>(sql, where.values);
  }

  async find(tenant: Tenant, id: string): Promise<KnownDevice | null> {
    return (await this.findMany(tenant, [id]))[0] ?? null;
  }

  async findMany(tenant: Tenant, ids: readonly string[]): Promise<KnownDevice[]> {
    const where = known(tenant).and(ids, (p) => `d.id = ANY(${p}::uuid[])`);
    const sql = `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY d.id`;
    return this.dataSource.query<KnownDevice[]>(sql, where.values);
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<Device> | null> {
    const where = { id, tenantId: tenant.id, deletedAt: IsNull() };
    return tx.manager.findOne(Device, { where, lock: { mode: 'pessimistic_write' } });
  }

  /** Those of the ids that are devices, in id order, kept from being deleted until the transaction ends. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM devices WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map((row) => row.id);
  }

  async insert(tx: Tx, device: Row<Device>, status: DeviceStatus): Promise<void> {
    await translated(device, tx.manager.insert(Device, device));
    await tx.query('INSERT INTO device_state (device_id, tenant_id, status) VALUES ($1, $2, $3)', [
      device.id,
      device.tenantId,
      status,
    ]);
  }

  async update(tx: Tx, device: Row<Device>): Promise<void> {
    const { id, tenantId, ...fields } = device;
    await translated(device, tx.manager.update(Device, { id, tenantId }, fields));
  }

  async bury(tx: Tx, device: Row<Device>, at: Date): Promise<void> {
    await tx.manager.update(Device, { id: device.id, tenantId: device.tenantId }, { deletedAt: at });
    await tx.manager.delete(DeviceState, { deviceId: device.id });
  }
}

export function filtered(tenant: Tenant, filter: DeviceFilter, labelId = filter.label_id): Conditions {
  const where = known(tenant);
  if (filter.name !== undefined) where.and(containing(filter.name), (p) => `d.name ILIKE ${p}`);
  // MAC addresses are stored with hyphens.
  if (filter.q !== undefined) {
    where.and(containing(filter.q), (p) => `(d.search_text ILIKE ${p} OR d.search_text ILIKE replace(${p}, ':', '-'))`);
  }
  if (filter.status !== undefined) where.and(filter.status, (p) => `s.status = ${p}`);
  if (filter.dev_eui !== undefined) where.and(filter.dev_eui.toUpperCase(), (p) => `d.dev_eui = ${p}`);
  if (filter.mac !== undefined) where.and(normalMac(filter.mac), (p) => `d.mac = ${p}`);
  if (filter.serial !== undefined) where.and(filter.serial, (p) => `d.serial = ${p}`);
  if (filter.uuid !== undefined) where.and(filter.uuid, (p) => `d.uuid = ${p}`);
  if (filter.profile_id !== undefined) where.and(filter.profile_id, (p) => `d.profile_id = ${p}`);
  if (filter.place_id !== undefined) where.and(filter.place_id, (p) => `d.place_id = ${p}`);
  if (filter.last_seen_from !== undefined) where.and(filter.last_seen_from, (p) => `s.last_seen_at >= ${p}`);
  if (filter.last_seen_to !== undefined) where.and(filter.last_seen_to, (p) => `s.last_seen_at < ${p}`);
  if (labelId !== undefined) {
    const wears = (p: string) => `EXISTS (SELECT FROM device_labels w
      WHERE w.tenant_id = d.tenant_id AND w.device_id = d.id AND w.label_id = ${p})`;
    where.and(labelId, wears);
  }
  return where;
}

function known(tenant: Tenant): Conditions {
  return new Conditions().and(tenant.id, (p) => `d.tenant_id = ${p}`).andThat('d.deleted_at IS NULL');
}

const identities = [
  ['UQ_devices_tenant_id_dev_eui', 'dev_eui', 'devEui'],
  ['UQ_devices_tenant_id_mac', 'mac', 'mac'],
  ['UQ_devices_tenant_id_uuid', 'uuid', 'uuid'],
  ['UQ_devices_tenant_id_serial', 'serial', 'serial'],
] as const;

async function translated<T>(device: Row<Device>, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    const violated = violatedConstraintOf(error);
    const taken = identities.find(([constraint]) => constraint === violated);
    throw taken === undefined ? error : new DeviceIdentityTaken(taken[1], device[taken[2]] ?? '');
  }
}
