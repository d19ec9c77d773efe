import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../core/database/conditions.js';
import { pageOfRows } from '../../core/database/page-of-rows.js';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { FlowVersion } from './flow-version.entity.js';

/** A version in a list: everything but the graph. */
export interface FlowVersionSummary {
  version: number;
  createdAt: Date;
  createdBy: string | null;
  nodeCount: number;
  edgeCount: number;
}

/** All queries on the versions of flows, which are only ever added. */
@Injectable()
export class FlowVersionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(
    tenant: Tenant,
    flowId: string,
    { skip, limit }: { skip: number; limit: number },
  ): Promise<{ rows: FlowVersionSummary[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).and(flowId, (p) => `flow_id = ${p}`);
    return pageOfRows<FlowVersionSummary>((sql, values) => this.dataSource.query(sql, values), {
      columns: `version, created_at AS "createdAt", created_by AS "createdBy",
        jsonb_array_length(nodes) AS "nodeCount", jsonb_array_length(edges) AS "edgeCount"`,
      from: 'flow_versions',
      where,
      orderBy: 'version DESC',
      skip,
      limit,
    });
  }

  async find(tenant: Tenant, flowId: string, version: number): Promise<Row<FlowVersion> | null> {
    return this.dataSource.manager.findOneBy(FlowVersion, { tenantId: tenant.id, flowId, version });
  }

  async insert(tx: Tx, version: Row<FlowVersion>): Promise<void> {
    await tx.query(
      `INSERT INTO flow_versions (tenant_id, flow_id, version, nodes, edges, layout, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        version.tenantId,
        version.flowId,
        version.version,
        JSON.stringify(version.nodes),
        JSON.stringify(version.edges),
        version.layout,
        version.createdAt,
        version.createdBy,
      ],
    );
  }
}
