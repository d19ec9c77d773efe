import type { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import type { Tx } from '../../../core/database/tx.js';
import { healthOf, type LaneHealth } from '../../../core/queue/lane-health.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type {
  DestinationRow,
  DestinationRows,
  DestinationWithHealth,
  StoredTarget,
} from './destination-row.contract.js';

const columns = `d.id, d.tenant_id AS "tenantId", d.name, d.description, d.type, d.config, d.secrets_sealed AS "secretsSealed",
  d.enabled, d.version, d.created_at AS "createdAt", d.updated_at AS "updatedAt", d.deleted_at AS "deletedAt"`;
const withHealth = `${columns}, ${healthOf('l')} AS health`;

/** How a list may be sorted. In its conditions `d` is the destination and `l` its lane. */
export const destinationOrders = {
  name: 'd.name, d.id',
  '-name': 'd.name DESC, d.id',
  created_at: 'd.created_at, d.id',
  '-created_at': 'd.created_at DESC, d.id DESC',
  updated_at: 'd.updated_at, d.id',
  '-updated_at': 'd.updated_at DESC, d.id DESC',
};

interface PageOfDestinations {
  sort: keyof typeof destinationOrders;
  skip: number;
  limit: number;
}

/** The queries that all tables of destinations have in common; what is written goes through each one's entity. */
export abstract class DestinationTable<Target extends StoredTarget> implements DestinationRows<Target> {
  private readonly from: string;

  protected constructor(
    private readonly dataSource: DataSource,
    private readonly table: 'integrations' | 'storages',
  ) {
    this.from = `${table} d JOIN lanes l ON l.tenant_id = d.tenant_id AND l.id = d.id`;
  }

  abstract insert(tx: Tx, destination: DestinationRow<Target>): Promise<void>;
  abstract update(tx: Tx, destination: DestinationRow<Target>): Promise<void>;

  async find(tenant: Tenant, id: string): Promise<DestinationWithHealth<Target> | null> {
    const rows = await this.dataSource.query<DestinationWithHealth<Target>[]>(
      `SELECT ${withHealth} FROM ${this.from} WHERE d.tenant_id = $1 AND d.id = $2 AND d.deleted_at IS NULL`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }

  async findForUpdate(tx: Tx, tenant: Tenant, id: string): Promise<DestinationRow<Target> | null> {
    const rows = await tx.query<DestinationRow<Target>>(
      `SELECT ${columns} FROM ${this.table} d WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE`,
      [tenant.id, id],
    );
    return rows[0] ?? null;
  }

  async healthIn(tx: Tx, tenant: Tenant, id: string): Promise<LaneHealth> {
    const sql = `SELECT ${healthOf('l')} AS health FROM lanes l WHERE tenant_id = $1 AND id = $2`;
    const [lane] = await tx.query<{ health: LaneHealth }>(sql, [tenant.id, id]);
    return lane?.health ?? 'ok';
  }

  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM ${this.table} WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR SHARE`,
      [tenant.id, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** One page of those that `where` lets through, which begins with what is `standing`. */
  protected page(
    where: Conditions,
    { sort, skip, limit }: PageOfDestinations,
  ): Promise<{ rows: DestinationWithHealth<Target>[]; total: number }> {
    return pageOfRows<DestinationWithHealth<Target>>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns: withHealth, from: this.from, where, orderBy: destinationOrders[sort], skip, limit },
    });
  }

  /** The conditions of everything that a tenant has and has not deleted. */
  protected standing(tenant: Tenant): Conditions {
    return new Conditions().and(tenant.id, (p) => `d.tenant_id = ${p}`).andThat('d.deleted_at IS NULL');
  }
}
