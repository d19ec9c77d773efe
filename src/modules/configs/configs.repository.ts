import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { HotPool } from '../../core/database/hot-pool.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Config } from './config.entity.js';
import type { ListConfigsQuery } from './dto/list-configs.query.js';

const columns = `id, tenant_id AS "tenantId", mac, content, device_name AS "deviceName",
  device_entity_id AS "deviceEntityId", enable_ota AS "enableOta", revision, last_revision AS "lastRevision",
  created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`;
const listed = columns.replace(' content,', ` ''::text AS content,`);

const orders: Record<ListConfigsQuery['sort'], string> = {
  mac_address: 'mac',
  '-mac_address': 'mac DESC',
  device_name: 'device_name, mac',
  '-device_name': 'device_name DESC NULLS LAST, mac',
  updated_at: 'updated_at, mac',
  '-updated_at': 'updated_at DESC, mac',
};

/** All queries on configs. */
@Injectable()
export class ConfigsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hotPool: HotPool,
  ) {}

  /** Their contents are left out. */
  async list(tenant: Tenant, query: ListConfigsQuery): Promise<{ rows: Row<Config>[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('deleted_at IS NULL');
    const { q, enable_ota, skip, limit, sort } = query;
    if (q !== undefined) {
      const macs = (p: string) => `mac LIKE replace(lower(${p}), ':', '-')`;
      where.and(containing(q), (p) => `(device_name ILIKE ${p} OR device_entity_id ILIKE ${p} OR ${macs(p)})`);
    }
    if (enable_ota !== undefined) where.and(enable_ota, (p) => `enable_ota = ${p}`);
    return pageOfRows<Row<Config>>((sql, values) => this.dataSource.query(sql, values), {
      columns: listed,
      from: 'configs',
      where,
      orderBy: orders[sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, mac: string): Promise<Row<Config> | null> {
    return this.dataSource.manager.findOneBy(Config, { tenantId: tenant.id, mac, deletedAt: IsNull() });
  }

  /** Deleted ones, too: their revisions go on. */
  async findEver(tenant: Tenant, mac: string): Promise<Row<Config> | null> {
    return this.dataSource.manager.findOneBy(Config, { tenantId: tenant.id, mac });
  }

  /** What a device gets. For a device that asks itself, only where the MAC is its own. */
  async findContent(tenant: Tenant, mac: string, deviceId: string | null): Promise<string | null> {
    const [row] = await this.hotPool.named<{ content: string }>(
      'config-content',
      `SELECT c.content FROM configs c WHERE c.tenant_id = $1 AND c.mac = $2 AND c.deleted_at IS NULL
         AND ($3::uuid IS NULL OR EXISTS (SELECT FROM devices d
           WHERE d.tenant_id = $1 AND d.id = $3 AND d.mac = $2 AND d.deleted_at IS NULL))`,
      [tenant.id, mac, deviceId],
    );
    return row?.content ?? null;
  }

  /** Rows for those of the MACs that have none yet, as if they had been deleted before they were ever saved. */
  async make(tx: Tx, tenant: Tenant, ids: ReadonlyMap<string, string>, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO configs (tenant_id, mac, id, revision, last_revision, created_at, updated_at, deleted_at)
       SELECT $1, mac, id, 0, 0, $4, $4, $4 FROM unnest($2::text[], $3::uuid[]) AS given (mac, id) ORDER BY mac
       ON CONFLICT (tenant_id, mac) DO NOTHING`,
      [tenant.id, [...ids.keys()], [...ids.values()], now],
    );
  }

  /** Deleted ones, too; in the order of their MACs, so that two never wait for each other. */
  async lock(tx: Tx, tenant: Tenant, macs: readonly string[]): Promise<Row<Config>[]> {
    return tx.query<Row<Config>>(
      `SELECT ${columns} FROM configs WHERE tenant_id = $1 AND mac = ANY ($2::text[]) ORDER BY mac FOR UPDATE`,
      [tenant.id, macs],
    );
  }

  async update(tx: Tx, tenant: Tenant, configs: readonly Row<Config>[]): Promise<void> {
    const each = <Field extends keyof Config>(field: Field) => configs.map((config) => config[field]);
    await tx.query(
      `UPDATE configs c SET content = g.content, device_name = g.device_name, device_entity_id = g.device_entity_id,
         enable_ota = g.enable_ota, revision = g.revision, last_revision = g.last_revision, updated_at = g.updated_at,
         deleted_at = g.deleted_at, created_at = g.created_at
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::int[], $8::int[], $9::timestamptz[],
                   $10::timestamptz[], $11::timestamptz[])
         AS g (id, content, device_name, device_entity_id, enable_ota, revision, last_revision, updated_at, deleted_at,
               created_at)
       WHERE c.tenant_id = $1 AND c.id = g.id`,
      [
        tenant.id,
        each('id'),
        each('content'),
        each('deviceName'),
        each('deviceEntityId'),
        each('enableOta'),
        each('revision'),
        each('lastRevision'),
        each('updatedAt'),
        each('deletedAt'),
        each('createdAt'),
      ],
    );
  }

  /** Over all tenants. */
  async count(): Promise<number> {
    const sql = 'SELECT count(*)::int AS count FROM configs WHERE deleted_at IS NULL';
    return (await this.hotPool.query<{ count: number }>(sql))[0]?.count ?? 0;
  }
}
