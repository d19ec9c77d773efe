import { Injectable } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import type { Tx } from '../database/tx.js';
import { Listeners } from './listeners.js';
import { tell, type NewsKind } from './news.sql.js';

/** One row of a history that is there now, or has come to its end. */
export interface NewsItem {
  tenantId: string;
  kind: NewsKind;
  entityId: string;
}

/** What has been read: everything that was committed in this snapshot. Opaque. */
export type NewsPosition = string;

export interface NewsPage {
  items: NewsItem[];
  position: NewsPosition;
  /** There were more than are answered here; those are lost for this reader. */
  isCut: boolean;
}

interface NewsRow {
  snapshot: NewsPosition;
  tenant_id: string | null;
  kind: NewsKind;
  entity_id: string;
}

/** At two reads a second, more than anybody could follow. */
const maxItems = 5_000;

const readSql = `
  SELECT s.snapshot, n.tenant_id, n.kind, n.entity_id
  FROM (SELECT pg_current_snapshot()::text AS snapshot) s
    LEFT JOIN LATERAL (
      SELECT id, tenant_id, kind, entity_id FROM news
      WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
        AND tenant_id = ANY ($2::uuid[])
      ORDER BY id LIMIT ${(maxItems + 1).toString()}
    ) n ON true
  ORDER BY n.id`;

/**
 * News for those who listen live, across processes: ids of rows that are committed. A read answers exactly what was
 * committed between it and the one before, by their snapshots: a transaction that commits late is neither skipped nor
 * does it hold up the others, as a watermark would.
 */
@Injectable()
export class News {
  constructor(
    private readonly pool: HotPool,
    private readonly listeners: Listeners,
  ) {}

  /** From here on a reader hears everything. */
  async now(): Promise<NewsPosition> {
    const [row] = await this.pool.query<{ snapshot: NewsPosition }>('SELECT pg_current_snapshot()::text AS snapshot');
    if (row === undefined) throw new Error('the database has no snapshot');
    return row.snapshot;
  }

  async read(since: NewsPosition, tenantIds: readonly string[]): Promise<NewsPage> {
    const rows = await this.pool.named<NewsRow>('news-read', readSql, [since, tenantIds]);
    const items = rows.flatMap(({ tenant_id, kind, entity_id }) =>
      tenant_id === null ? [] : [{ tenantId: tenant_id, kind, entityId: entity_id }],
    );
    const isCut = items.length > maxItems;
    return { items: items.slice(0, maxItems), position: rows[0]?.snapshot ?? since, isCut };
  }

  /** For what is written in a transaction rather than in one statement of its own. */
  async tell(tx: Tx, kind: NewsKind, rows: readonly { tenantId: string; id: string }[]): Promise<void> {
    const heard = rows.filter(({ tenantId }) => this.listeners.tenants.includes(tenantId));
    if (heard.length === 0) return;
    await tx.query(tell(kind, 'SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS given (tenant_id, id)', 3), [
      heard.map(({ tenantId }) => tenantId),
      heard.map(({ id }) => id),
      this.listeners.tenants,
    ]);
  }
}
