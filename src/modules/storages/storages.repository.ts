import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { containing } from '../../core/database/conditions.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { DestinationWithHealth } from '../runs/destination-edits/destination-row.contract.js';
import { DestinationTable } from '../runs/destination-edits/destination-table.service.js';
import type { ListStoragesQuery } from './dto/list-storages.query.js';
import { Storage } from './storage.entity.js';
import { StorageNameTaken } from './storage.errors.js';

/** Where a storage leads. */
export type StoredStorageTarget = Pick<Row<Storage>, 'type' | 'config' | 'secretsSealed'>;
export type StorageRow = DestinationWithHealth<StoredStorageTarget>;

/** All queries on storages. */
@Injectable()
export class StoragesRepository extends DestinationTable<StoredStorageTarget> {
  constructor(dataSource: DataSource) {
    super(dataSource, 'storages');
  }

  async list(tenant: Tenant, query: ListStoragesQuery): Promise<{ rows: StorageRow[]; total: number }> {
    const where = this.standing(tenant);
    if (query.name !== undefined) where.and(containing(query.name), (p) => `d.name ILIKE ${p}`);
    if (query.type !== undefined) where.and(query.type, (p) => `d.type = ${p}`);
    if (query.status !== undefined) where.and(query.status === 'active', (p) => `d.enabled = ${p}`);
    return this.page(where, query);
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
