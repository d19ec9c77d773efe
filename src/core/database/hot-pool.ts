import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../config/settings.js';
import type { Queryable } from './tx.js';

/** Six connections are enough for two flushes, a claim, a completion and their neighbours; more only queue in PostgreSQL. */
const maxConnections = 6;

/** A pool of its own for the hot paths, whose few statements are prepared once per connection under a name. */
@Injectable()
export class HotPool implements Queryable, OnApplicationShutdown {
  private readonly logger = new Logger(HotPool.name);
  private readonly pool: pg.Pool;
  private ended = false;

  constructor(settings: Settings) {
    this.pool = new pg.Pool({
      connectionString: settings.databaseUrl,
      max: maxConnections,
      application_name: 'fieldline-hot',
      connectionTimeoutMillis: 5_000,
      idle_in_transaction_session_timeout: 10_000,
      // Named statements are planned once, often while a table is still empty: a plan that reads whole tables would
      // stay with us. Compiling such short statements costs more than running them.
      options: '-c enable_seqscan=off -c jit=off',
      // jsonb and timestamps stay as the driver parses them; hot statements ask for text where they want text.
    });
    this.pool.on('error', (error) => {
      // PostgreSQL may end a connection that we are just closing; that is no news.
      if (!this.ended) this.logger.warn({ err: error }, 'an idle connection was lost');
    });
  }

  /** Runs one statement prepared under `name`; the same name must always carry the same text. */
  async named<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values });
    return result.rows;
  }

  async query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return (await this.pool.query(sql, params === undefined ? undefined : [...params])).rows as Row[];
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.pool.end();
  }
}
