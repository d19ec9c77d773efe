import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DeviceStatus, KnownDevice } from '../device-state.entity.js';
import { columns, filtered, from, orders } from '../devices.repository.js';
import type { ListContentsQuery } from './dto/list-contents.query.js';
import type { ListPlaceDevicesQuery } from './dto/list-place-devices.query.js';
import { fewRows, firstOfAll, firstOfEach, sourceFor, theseFew, walkedRows } from './devices-of-places.sql.js';

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
    const { status, skip, limit, sort } = query;
    const few = status === undefined ? null : await this.fewOf(tenant, status);
    if (few?.length === 0) return { rows: [], total: 0 };
    const orderBy = orders[sort];
    const where = filtered(tenant, query);
    const devices = few === null ? sourceFor(`${where.sql} ${orderBy}`) : theseFew(where.bind(few));
    const sought = { devices, where: where.sql, orderBy, end: skip + limit, places: where.bind(placeIds) };
    const isWalked = few === null && sort.endsWith('created_at') && placeIds.length * sought.end <= walkedRows;
    const found = isWalked ? firstOfEach(sought) : firstOfAll(sought);
    return pageOfRows<KnownDevice>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: `(${found}) AS found JOIN (${from}) ON d.tenant_id = $1 AND d.id = found.id`,
      countFrom: devices,
      where: where.andThat(`d.place_id = ANY(${sought.places}::uuid[])`),
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

const contents = `
  SELECT 'place' AS kind, p.tenant_id, p.parent_id AS place_id, p.id, p.name, f.name AS "profileName"
  FROM places p LEFT JOIN place_profiles f ON f.tenant_id = p.tenant_id AND f.id = p.profile_id AND f.deleted_at IS NULL
  WHERE p.deleted_at IS NULL
  UNION ALL
  SELECT 'device', d.tenant_id, d.place_id, d.id, d.name, f.name
  FROM devices d LEFT JOIN device_profiles f ON f.tenant_id = d.tenant_id AND f.id = d.profile_id AND f.deleted_at IS NULL
  WHERE d.deleted_at IS NULL`;
