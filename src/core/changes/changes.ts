import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import { EventBus } from '../events/event-bus.js';
import { RowChanged } from './row-changed.event.js';
import type { Tx } from '../database/tx.js';
import type { Tenant } from '../tenancy/tenant.js';

/** One edit of one row, by any process. */
export interface Change {
  tenantId: string;
  entityId: string;
}

type Listener = (change: Change) => void;

const pollEveryMs = 1_000;
const pageSize = 1_000;

/** What is visible now and was not in the snapshot that was read last, page by page. The snapshot comes also with no row. */
const readSql = `
  SELECT s.snapshot, c.id::text, c.tenant_id, c.kind, c.entity_id
  FROM (SELECT pg_current_snapshot()::text AS snapshot) s
    LEFT JOIN LATERAL (
      SELECT id, tenant_id, kind, entity_id FROM changes
      WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
        AND id > $2::bigint
      ORDER BY id LIMIT ${pageSize.toString()}
    ) c ON true
  ORDER BY c.id`;

type ChangeRow = { snapshot: string } & (
  { id: string; tenant_id: string; kind: string; entity_id: string } | { id: null }
);

/**
 * How processes hear of each other's edits. Every edit writes a row in its own transaction; every process reads each
 * second what was committed since, by the snapshot of its last reading: a plain "id > last" would skip a transaction that
 * commits late, and a watermark would wait for the oldest one of the whole server, a backup or another program's.
 * Caches drop what changed, and live no longer than 30 s anyway, so a missed change is late, never wrong for good.
 */
@Injectable()
export class Changes implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Changes.name);
  private readonly listeners = new Map<string, Listener[]>();
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private snapshot: string | undefined;

  constructor(
    private readonly pool: HotPool,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    // The process that made the edit must not wait a second for its own news.
    this.bus.on(RowChanged, Changes.name, (change) => {
      this.tell(change.kind, change);
    });
  }

  /** `kind` is the entity's singular name: `device`, `flow`, `api_key` … */
  async record(tx: Tx, tenant: Tenant, kind: string, entityId: string): Promise<void> {
    await tx.query('INSERT INTO changes (tenant_id, kind, entity_id) VALUES ($1, $2, $3)', [tenant.id, kind, entityId]);
    tx.publish(new RowChanged(kind, tenant.id, entityId));
  }

  /** The same for many rows of one kind, in one statement. */
  async recordMany(tx: Tx, tenant: Tenant, kind: string, entityIds: readonly string[]): Promise<void> {
    if (entityIds.length === 0) return;
    await tx.query('INSERT INTO changes (tenant_id, kind, entity_id) SELECT $1, $2, unnest($3::uuid[])', [
      tenant.id,
      kind,
      entityIds,
    ]);
    for (const id of entityIds) tx.publish(new RowChanged(kind, tenant.id, id));
  }

  onChange(kind: string, listener: Listener): void {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listener]);
  }

  async onApplicationBootstrap(): Promise<void> {
    const [row] = await this.pool.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
    this.snapshot = row?.snapshot;
    this.timer = setInterval(() => {
      if (this.reading === undefined) void this.read();
    }, pollEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.reading;
  }

  /** Hears everything committed so far. Runs each second by itself; tests call it instead of waiting. */
  async read(): Promise<void> {
    // What was committed since a reading began, it may not have seen.
    const reading = (this.reading ?? Promise.resolve()).then(() => this.readPages());
    this.reading = reading;
    await reading;
    if (this.reading === reading) this.reading = undefined;
  }

  private async readPages(): Promise<void> {
    if (this.snapshot === undefined) return;
    try {
      let page = await this.readPage(this.snapshot, '0');
      const [first] = page;
      while (page.length === pageSize) page = await this.readPage(this.snapshot, page.at(-1)?.id ?? '0');
      // Of the first page: what was committed behind it is new to the next reading, also between ids that were read.
      if (first !== undefined) this.snapshot = first.snapshot;
    } catch (error) {
      this.logger.warn({ err: error }, 'changes could not be read; caches end by age until they can');
    }
  }

  private async readPage(snapshot: string, afterId: string): Promise<ChangeRow[]> {
    const rows = await this.pool.named<ChangeRow>('changes-read', readSql, [snapshot, afterId]);
    for (const row of rows) {
      if (row.id !== null) this.tell(row.kind, { tenantId: row.tenant_id, entityId: row.entity_id });
    }
    return rows;
  }

  private tell(kind: string, change: Change): void {
    for (const listener of this.listeners.get(kind) ?? []) {
      try {
        listener(change);
      } catch (error) {
        this.logger.error({ err: error, kind }, 'a change listener failed');
      }
    }
  }
}
