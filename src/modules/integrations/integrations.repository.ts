import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { containing } from '../../core/database/conditions.js';
import type { Row } from '../../core/database/row.js';
import { violatedConstraintOf } from '../../core/database/sql-state.js';
import type { Tx } from '../../core/database/tx.js';
import { healthOf } from '../../core/queue/lane-health.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { DestinationWithHealth } from '../runs/destination-edits/destination-row.contract.js';
import { DestinationTable } from '../runs/destination-edits/destination-table.service.js';
import type { ListIntegrationsQuery } from './dto/list-integrations.query.js';
import { Integration } from './integration.entity.js';
import { IntegrationNameTaken } from './integration.errors.js';

/** Where an integration leads. */
export type IntegrationTarget = Pick<Row<Integration>, 'type' | 'config' | 'secretsSealed'>;
export type IntegrationRow = DestinationWithHealth<IntegrationTarget>;

/** All queries on integrations. */
@Injectable()
export class IntegrationsRepository extends DestinationTable<IntegrationTarget> {
  constructor(dataSource: DataSource) {
    super(dataSource, 'integrations');
  }

  async list(tenant: Tenant, query: ListIntegrationsQuery): Promise<{ rows: IntegrationRow[]; total: number }> {
    const where = this.standing(tenant);
    if (query.name !== undefined) where.and(containing(query.name), (p) => `d.name ILIKE ${p}`);
    if (query.q !== undefined) where.and(containing(query.q), (p) => `(d.name ILIKE ${p} OR d.description ILIKE ${p})`);
    if (query.type !== undefined) where.and(query.type, (p) => `d.type = ${p}`);
    if (query.health !== undefined) where.and(query.health, (p) => `${healthOf('l')} = ${p}`);
    if (query.status !== undefined) where.and(query.status === 'active', (p) => `d.enabled = ${p}`);
    return this.page(where, query);
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
