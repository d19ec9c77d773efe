import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { DestinationRows, DestinationWithHealth } from '../runs/destination-edits/destination-row.contract.js';
import type { ListIntegrationsQuery } from './dto/list-integrations.query.js';
import { healthOf, type LaneHealth } from '../../core/queue/lane-health.js';
import { Integration } from './integration.entity.js';
import { IntegrationNameTaken } from './integration.errors.js';

/** Where an integration leads. */
export type IntegrationTarget = Pick<Row<Integration>, 'type' | 'config' | 'secretsSealed'>;
export type IntegrationRow = DestinationWithHealth<IntegrationTarget>;

const columns = `i.id, i.tenant_id AS "tenantId", i.name, i.description, i.type, i.config, i.secrets_sealed AS "secretsSealed",
  i.enabled, i.version, i.created_at AS "createdAt", i.updated_at AS "updatedAt", i.deleted_at AS "deletedAt"`;
const withHealth = `${columns}, ${healthOf('l')} AS health`;
const from = `integrations i JOIN lanes l ON l.tenant_id = i.tenant_id AND l.id = i.id`;

const orders: Record<ListIntegrationsQuery['sort'], string> = {
  name: 'i.name, i.id',
  '-name': 'i.name DESC, i.id',
  created_at: 'i.created_at, i.id',
  '-created_at': 'i.created_at DESC, i.id DESC',
  updated_at: 'i.updated_at, i.id',
  '-updated_at': 'i.updated_at DESC, i.id DESC',
};

/** All queries on integrations. */
@Injectable()
export class IntegrationsRepository implements DestinationRows<IntegrationTarget> {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListIntegrationsQuery): Promise<{ rows: IntegrationRow[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `i.tenant_id = ${p}`).andThat('i.deleted_at IS NULL');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `i.name ILIKE ${p}`);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(i.name ILIKE ${p} OR i.description ILIKE ${p})`);
    if (query.type !== undefined) where.and(query.type, (p) => `i.type = ${p}`);
    if (query.health !== undefined) where.and(query.health, (p) => `${healthOf('l')} = ${p}`);
    if (query.status !== undefined) where.and(query.status === 'active', (p) => `i.enabled = ${p}`);
    const { skip, limit } = query;
    return pageOfRows<IntegrationRow>((sql, values) => this.dataSource.query(sql, values), {
      columns: withHealth,
      from,
      where,
      orderBy: orders[query.sort],
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, id: string): Promise<IntegrationRow | null> {
    const rows = await this.dataSource.query<IntegrationRow[]>(
      `SELECT ${withHealth} FROM ${from} WHERE i.tenant_id = $1 AND i.id = $2 AND i.deleted_at IS NULL`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<Integration> | null> {
    const rows = await tx.query<Row<Integration>>(
      `SELECT ${columns} FROM integrations i WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE`,
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
      `SELECT id FROM integrations WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map(({ id }) => id);
  }

  async insert(tx: Tx, integration: Row<Integration>): Promise<void> {
    await translated(integration.name, tx.manager.insert(Integration, integration));
  }

  async update(tx: Tx, integration: Row<Integration>): Promise<void> {
    const { id, tenantId, ...fields } = integration;
    await translated(integration.name, tx.manager.update(Integration, { id, tenantId }, fields));
  }
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_integrations_tenant_id_name' ? new IntegrationNameTaken(name) : error;
  }
}
