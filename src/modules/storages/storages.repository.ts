import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import { healthOf, type LaneHealth } from '../../core/queue/lane-health.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { DestinationRows, DestinationWithHealth } from '../runs/destination-edits/destination-row.contract.js';
import type { ListStoragesQuery } from './dto/list-storages.query.js';
import { Storage } from './storage.entity.js';
import { StorageNameTaken } from './storage.errors.js';

/** Where a storage leads. */
export type StoredStorageTarget = Pick<Row<Storage>, 'type' | 'config' | 'secretsSealed'>;
export type StorageRow = DestinationWithHealth<StoredStorageTarget>;

const columns = `s.id, s.tenant_id AS "tenantId", s.name, s.description, s.type, s.config, s.secrets_sealed AS "secretsSealed",
  s.enabled, s.version, s.created_at AS "createdAt", s.updated_at AS "updatedAt", s.deleted_at AS "deletedAt"`;
const withHealth = `${columns}, ${healthOf('l')} AS health`;
const from = `storages s JOIN lanes l ON l.tenant_id = s.tenant_id AND l.id = s.id`;

const orders: Record<ListStoragesQuery['sort'], string> = {
  name: 's.name, s.id',
  '-name': 's.name DESC, s.id',
  created_at: 's.created_at, s.id',
  '-created_at': 's.created_at DESC, s.id DESC',
};

/** All queries on storages. */
@Injectable()
export class StoragesRepository implements DestinationRows<StoredStorageTarget> {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListStoragesQuery): Promise<{ rows: StorageRow[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `s.tenant_id = ${p}`).andThat('s.deleted_at IS NULL');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `s.name ILIKE ${p}`);
    if (query.type !== undefined) where.and(query.type, (p) => `s.type = ${p}`);
    if (query.status !== undefined) where.and(query.status === 'active', (p) => `s.enabled = ${p}`);
    const { skip, limit } = query;
    const orderBy = orders[query.sort];
    return pageOfRows<StorageRow>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns: withHealth, from, where, orderBy, skip, limit },
    });
  }

  async find(tenant: Tenant, id: string): Promise<StorageRow | null> {
    const rows = await this.dataSource.query<StorageRow[]>(
      `SELECT ${withHealth} FROM ${from} WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<Storage> | null> {
    const rows = await tx.query<Row<Storage>>(
      `SELECT ${columns} FROM storages s WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }

  async healthIn(tx: Tx, tenant: Tenant, id: string): Promise<LaneHealth> {
    const sql = `SELECT ${healthOf('l')} AS health FROM lanes l WHERE tenant_id = $1 AND id = $2`;
    const [lane] = await tx.query<{ health: LaneHealth }>(sql, [tenant.id, id]);
    return lane?.health ?? 'ok';
  }

  /** Locked against deletion until the transaction ends; in id order, so that two never wait for each other. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM storages WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map(({ id }) => id);
  }

  async insert(tx: Tx, storage: Row<Storage>): Promise<void> {
    await translated(storage.name, tx.manager.insert(Storage, { ...storage }));
  }

  async update(tx: Tx, storage: Row<Storage>): Promise<void> {
    const { id, tenantId, ...fields } = storage;
    await translated(storage.name, tx.manager.update(Storage, { id, tenantId }, { ...fields }));
  }
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_storages_tenant_id_name' ? new StorageNameTaken(name) : error;
  }
}
