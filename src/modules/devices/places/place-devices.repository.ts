import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DeviceStatus, KnownDevice } from '../device-state.entity.js';
import { columns, filtered, from, orders } from '../devices.repository.js';
import type { ListContentsQuery } from './dto/list-contents.query.js';
import type { ListPlaceDevicesQuery } from './dto/list-place-devices.query.js';

/** What stands directly in a place: a place or a device. */
export interface Content {
  kind: 'place' | 'device';
  id: string;
  name: string;
  profileName: string | null;
  placeName: string;
}

/** Reads what stands in places. */
@Injectable()
export class PlaceDevicesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, placeIds: readonly string[], query: ListPlaceDevicesQuery) {
    const { skip, limit, sort } = query;
    const where = filtered(tenant, query);
    const few = query.status === undefined ? null : await this.fewOf(tenant, query.status);
    if (few?.length === 0) return { rows: [], total: 0 };
    const orderBy = orders[sort];
    let devices = /\bs\./.test(`${where.sql} ${orderBy}`) ? withState : 'devices d';
    if (few !== null) {
      // What rows come from and no condition: as one, PostgreSQL held each row of the page to all of them once more.
      where.and(few, (p) => {
        devices = `(SELECT d.* FROM unnest(${p}::uuid[]) AS few (id) JOIN devices d ON d.tenant_id = $1 AND d.id = few.id
          OFFSET 0) AS d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id`;
        return 'true';
      });
    }
    const isWalked = few === null && sort.endsWith('created_at') && placeIds.length * (skip + limit) <= walkedRows;
    const found = isWalked ? firstOfEach : firstOfAll;
    const wanted = { where: where.sql, devices, orderBy, end: skip + limit };
    where.and(placeIds, (p) => `d.place_id = ANY(${p}::uuid[])`);
    const places = `$${where.values.length.toString()}::uuid[]`;
    return pageOfRows<KnownDevice>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: `(${found(wanted, places)}) AS found JOIN (${from}) ON d.tenant_id = $1 AND d.id = found.id`,
      countFrom: devices,
      where,
      orderBy,
      skip,
      limit,
    });
  }

  /** The tenant's devices of a status, wherever they stand, if these are few: then nothing else need be looked at. */
  private async fewOf(tenant: Tenant, status: DeviceStatus): Promise<string[] | null> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT device_id AS id FROM device_state WHERE tenant_id = $1 AND status = $2 LIMIT $3',
      [tenant.id, status, fewRows + 1],
    );
    return rows.length > fewRows ? null : rows.map(({ id }) => id);
  }

  /** Places first, each kind by name. */
  async listContents(tenant: Tenant, placeId: string, { kind, skip, limit }: ListContentsQuery) {
    const where = new Conditions().and(tenant.id, (p) => `c.tenant_id = ${p}`).and(placeId, (p) => `c.place_id = ${p}`);
    if (kind !== undefined) where.and(kind, (p) => `c.kind = ${p}`);
    return pageOfRows<Content>((sql, values) => this.dataSource.query(sql, values), {
      columns: 'c.kind, c.id, c.name, c."profileName", l.name AS "placeName"',
      from: `(${contents}) AS c JOIN places l ON l.tenant_id = c.tenant_id AND l.id = c.place_id`,
      where,
      orderBy: 'c.kind DESC, c.name, c.id',
      skip,
      limit,
    });
  }
}

/** So many are looked up by their ids in a third of the time in which 100,000 devices of places are read. */
const fewRows = 5_000;
/** Read place by place, this many cost as much as 100,000 that are read at once. */
const walkedRows = 10_000;

interface Wanted {
  where: string;
  devices: string;
  orderBy: string;
  /** Where the page ends. */
  end: number;
}

/**
 * Of each place the first few, which an index holds in the order of their making, then the first of those: a page of a
 * country with ten thousand devices reads as many rows as it shows of each of its places, not all of them.
 */
function firstOfEach({ where, devices, orderBy, end }: Wanted, places: string): string {
  const first = `ORDER BY ${orderBy} LIMIT ${end.toString()}`;
  const ofEach = `SELECT d.id FROM ${devices} WHERE ${where} AND d.place_id = within.place_id ${first}`;
  return `SELECT d.id FROM unnest(${places}) AS within (place_id) CROSS JOIN LATERAL (${ofEach}) AS near
    JOIN ${devices === withState ? `(${devices})` : devices} ON d.tenant_id = $1 AND d.id = near.id ${first}`;
}

/**
 * All at once, sorted after: who asks for a few that stand late in the order of an index, as those of a status may, would
 * else have PostgreSQL go through that index row by row.
 */
function firstOfAll({ where, devices, orderBy, end }: Wanted, places: string): string {
  const sorted = [...new Set(orderBy.match(/\b[ds]\.\w+/g))].join(', ');
  const all = `SELECT ${sorted} FROM ${devices} WHERE ${where} AND d.place_id = ANY(${places}) OFFSET 0`;
  return `SELECT id FROM (${all}) AS near ORDER BY ${orderBy.replaceAll(/\b[ds]\./g, 'near.')} LIMIT ${end.toString()}`;
}

const withState = 'devices d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id';

const contents = `
  SELECT 'place' AS kind, p.tenant_id, p.parent_id AS place_id, p.id, p.name, f.name AS "profileName"
  FROM places p LEFT JOIN place_profiles f ON f.tenant_id = p.tenant_id AND f.id = p.profile_id AND f.deleted_at IS NULL
  WHERE p.deleted_at IS NULL
  UNION ALL
  SELECT 'device', d.tenant_id, d.place_id, d.id, d.name, f.name
  FROM devices d LEFT JOIN device_profiles f ON f.tenant_id = d.tenant_id AND f.id = d.profile_id AND f.deleted_at IS NULL
  WHERE d.deleted_at IS NULL`;
