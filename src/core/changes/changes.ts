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

interface ChangeRow {
  id: string;
  xid: string;
  tenant_id: string;
  kind: string;
  entity_id: string;
}

/**
 * How processes hear of each other's edits. Every edit writes a row in its own transaction; every process reads each
 * second up to the oldest transaction still running (a plain "id > last" would skip one that commits late).
 * Caches drop what changed, and live no longer than 30 s anyway, so a missed change is late, never wrong for good.
 */
@Injectable()
export class Changes implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Changes.name);
  private readonly listeners = new Map<string, Listener[]>();
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private position: { xid: string; id: string } | undefined;

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
    const [row] = await this.pool.query<{ xid: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid');
    this.position = row === undefined ? undefined : { xid: row.xid, id: '0' };
    this.timer = setInterval(() => void this.read(), pollEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.reading;
  }

  /** Hears everything committed so far. Runs each second by itself; tests call it instead of waiting. */
  async read(): Promise<void> {
    this.reading ??= this.readPages().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  private async readPages(): Promise<void> {
    try {
      while ((await this.readPage()) === pageSize);
    } catch (error) {
      this.logger.warn({ err: error }, 'changes could not be read; caches end by age until they can');
    }
  }

  private async readPage(): Promise<number> {
    if (this.position === undefined) return 0;
    const rows = await this.pool.named<ChangeRow>(
      'changes-read',
      `SELECT id::text, xid::text, tenant_id, kind, entity_id FROM changes
       WHERE (xid, id) > ($1::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
       ORDER BY xid, id LIMIT ${pageSize.toString()}`,
      [this.position.xid, this.position.id],
    );
    for (const row of rows) {
      this.position = { xid: row.xid, id: row.id };
      this.tell(row.kind, { tenantId: row.tenant_id, entityId: row.entity_id });
    }
    return rows.length;
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
