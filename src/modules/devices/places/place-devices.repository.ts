import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { KnownDevice } from '../device-state.entity.js';
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

  /**
   * Of each place the first few, which an index holds in the usual order, then the first of those: a page of a country
   * with ten thousand devices reads as many rows as it shows of each of its places, not all of them.
   */
  async list(tenant: Tenant, placeIds: readonly string[], query: ListPlaceDevicesQuery) {
    const { skip, limit, sort } = query;
    const where = filtered(tenant, query);
    const orderBy = orders[sort];
    const devices = /\bs\./.test(where.sql + orderBy) ? withState : 'devices d';
    const first = `ORDER BY ${orderBy} LIMIT ${(skip + limit).toString()}`;
    const ofEach = `SELECT d.id FROM ${devices} WHERE ${where.sql} AND d.place_id = within.place_id ${first}`;
    where.and(placeIds, (p) => `d.place_id = ANY(${p}::uuid[])`);
    const ofAll = `SELECT d.id FROM unnest($${where.values.length.toString()}::uuid[]) AS within (place_id)
      CROSS JOIN LATERAL (${ofEach}) AS near JOIN ${devices === withState ? `(${devices})` : devices} ON d.tenant_id = $1 AND d.id = near.id ${first}`;
    return pageOfRows<KnownDevice>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: `(${ofAll}) AS found JOIN (${from}) ON d.tenant_id = $1 AND d.id = found.id`,
      countFrom: devices,
      where,
      orderBy,
      skip,
      limit,
    });
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

const withState = 'devices d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id';

const contents = `
  SELECT 'place' AS kind, p.tenant_id, p.parent_id AS place_id, p.id, p.name, f.name AS "profileName"
  FROM places p LEFT JOIN place_profiles f ON f.tenant_id = p.tenant_id AND f.id = p.profile_id AND f.deleted_at IS NULL
  WHERE p.deleted_at IS NULL
  UNION ALL
  SELECT 'device', d.tenant_id, d.place_id, d.id, d.name, f.name
  FROM devices d LEFT JOIN device_profiles f ON f.tenant_id = d.tenant_id AND f.id = d.profile_id AND f.deleted_at IS NULL
  WHERE d.deleted_at IS NULL`;
