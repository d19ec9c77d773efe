import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Conditions, containing } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Queryable, Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { ListFlowsQuery } from './dto/list-flows.query.js';
import { Flow } from './flow.entity.js';
import { FlowNameTaken } from './flow.errors.js';
import type { CanvasNode } from './graph/canvas.js';

const columns = `id, tenant_id AS "tenantId", name, description, nodes, edges, layout, enabled, disabled_reason AS "disabledReason",
  version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`;

const orders: Record<ListFlowsQuery['sort'], string> = {
  name: 'name, id',
  '-name': 'name DESC, id',
  created_at: 'created_at, id',
  '-created_at': 'created_at DESC, id DESC',
  updated_at: 'updated_at, id',
  '-updated_at': 'updated_at DESC, id DESC',
};

/** All queries on flows and on what their current nodes name. */
@Injectable()
export class FlowsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(tenant: Tenant, query: ListFlowsQuery): Promise<{ rows: Row<Flow>[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).andThat('deleted_at IS NULL');
    if (query.name !== undefined) where.and(containing(query.name), (p) => `name ILIKE ${p}`);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(name ILIKE ${p} OR description ILIKE ${p})`);
    if (query.status !== undefined) where.and(query.status === 'active', (p) => `enabled = ${p}`);
    if (query.entity_id !== undefined) {
      const uses = (p: string): string =>
        `EXISTS (SELECT FROM flow_nodes n WHERE n.tenant_id = flows.tenant_id AND n.flow_id = flows.id AND n.entity_id = ${p})`;
      where.and(query.entity_id, uses);
    }
    const { skip, limit } = query;
    return pageOfRows<Row<Flow>>((sql, values) => this.dataSource.query(sql, values), {
      columns,
      from: 'flows',
      where,
      orderBy: orders[query.sort],
      skip,
      limit,
    });
  }

  /** Everything that events may start, in the order in which it was made. */
  async listEnabled(tenant: Tenant): Promise<Row<Flow>[]> {
    const where = { tenantId: tenant.id, enabled: true, deletedAt: IsNull() };
    return this.dataSource.manager.find(Flow, { where, order: { id: 'ASC' } });
  }

  async find(tenant: Tenant, id: string): Promise<Row<Flow> | null> {
    return this.dataSource.manager.findOneBy(Flow, { id, tenantId: tenant.id, deletedAt: IsNull() });
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<Row<Flow> | null> {
    return tx.manager.findOne(Flow, {
      where: { id, tenantId: tenant.id, deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async insert(tx: Tx, flow: Row<Flow>): Promise<void> {
    const sql = `INSERT INTO flows (id, tenant_id, name, description, nodes, edges, layout, enabled, version,
      updated_at, deleted_at, disabled_reason, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
    await translated(flow.name, tx.query(sql, [...valuesOf(flow), flow.createdAt]));
  }

  async update(tx: Tx, flow: Row<Flow>): Promise<void> {
    const sql = `UPDATE flows SET name = $3, description = $4, nodes = $5, edges = $6, layout = $7, enabled = $8,
      version = $9, updated_at = $10, deleted_at = $11,
      disabled_reason = $12 WHERE id = $1 AND tenant_id = $2`;
    await translated(flow.name, tx.query(sql, valuesOf(flow)));
  }

  async replaceNodes(tx: Tx, tenant: Tenant, flowId: string, nodes: readonly CanvasNode[]): Promise<void> {
    await tx.query('DELETE FROM flow_nodes WHERE tenant_id = $1 AND flow_id = $2', [tenant.id, flowId]);
    if (nodes.length === 0) return;
    await tx.query(
      `INSERT INTO flow_nodes (tenant_id, flow_id, node_id, type, entity_id)
       SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::uuid[])`,
      [
        tenant.id,
        flowId,
        nodes.map(({ id }) => id),
        nodes.map(({ type }) => type),
        nodes.map(({ data }) => data.entityId),
      ],
    );
  }

  async listUsing(
    db: Queryable,
    tenant: Tenant,
    type: string,
    entityId: string,
  ): Promise<{ id: string; name: string }[]> {
    return db.query(
      `SELECT id, name FROM flows WHERE tenant_id = $1 AND deleted_at IS NULL AND id IN
         (SELECT flow_id FROM flow_nodes WHERE tenant_id = $1 AND entity_id = $3 AND type = $2)
       ORDER BY name, id`,
      [tenant.id, type, entityId],
    );
  }
}

/** Lists become JSON by hand: the driver would make arrays of PostgreSQL of them. */
function valuesOf({
  id,
  tenantId,
  name,
  description,
  nodes,
  edges,
  layout,
  enabled,
  version,
  updatedAt,
  deletedAt,
  disabledReason,
}: Row<Flow>) {
  const graph = [JSON.stringify(nodes), JSON.stringify(edges), layout];
  return [id, tenantId, name, description, ...graph, enabled, version, updatedAt, deletedAt, disabledReason];
}

async function translated<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw violatedConstraintOf(error) === 'UQ_flows_tenant_id_name' ? new FlowNameTaken(name) : error;
  }
}
