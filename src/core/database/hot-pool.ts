import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../config/settings.js';
import { endsWithin } from '../time/ends-within.js';
import { DatabaseSilent } from './database-away.js';
import type { Queryable } from './tx.js';

/** Six connections are enough for two flushes, a claim, a completion and their neighbours; more only queue in PostgreSQL. */
const maxConnections = 6;
/**
 * No hot statement takes a tenth of this. After it the connection is given up: into a network that swallows everything
 * TCP alone would go on waiting for a quarter of an hour.
 */
const defaultDeadlineMs = 10_000;
const keepAliveAfterMs = 5_000;
const goodbyeMs = 2_000;

/** A pool of its own for the hot paths, whose few statements are prepared once per connection under a name. */
@Injectable()
export class HotPool implements Queryable, OnApplicationShutdown {
  private readonly logger = new Logger(HotPool.name);
  private readonly pool: pg.Pool;
  private ended = false;

  constructor(private readonly settings: Settings) {
    this.pool = new pg.Pool({
      connectionString: settings.databaseUrl,
      max: maxConnections,
      application_name: 'fieldline-hot',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
      idle_in_transaction_session_timeout: 10_000,
      // What we no longer wait for must not go on holding locks.
      statement_timeout: defaultDeadlineMs,
      // Named statements are planned once, often while a table is still empty: a plan that reads whole tables would
      // stay with us. Compiling such short statements costs more than running them.
      // Half of a word's trigrams are enough to be taken for a misspelling of it: two letters that changed places.
      options: '-c enable_seqscan=off -c jit=off -c pg_trgm.word_similarity_threshold=0.5',
      // jsonb and timestamps stay as the driver parses them; hot statements ask for text where they want text.
    });
    this.pool.on('error', (error) => {
      // PostgreSQL may end a connection that we are just closing; that is no news.
      if (!this.ended) this.logger.warn({ err: error }, 'an idle connection was lost');
    });
    // A connection that breaks under a statement also says so by itself, and an error that nobody hears ends the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /**
   * Runs one statement prepared under `name`; the same name must always carry the same text.
   *
   * @throws DatabaseSilent after `deadlineMs`, the wait for a connection included; whether it was done is then unknown.
   */
  async named<Row extends object>(
    name: string,
    text: string,
    values: unknown[],
    deadlineMs = defaultDeadlineMs,
  ): Promise<Row[]> {
    return (await this.run<Row>({ name, text, values }, deadlineMs)).rows;
  }

  async query<Row>(sql: string, params?: readonly unknown[], deadlineMs = defaultDeadlineMs): Promise<Row[]> {
    const values = params === undefined ? {} : { values: [...params] };
    return (await this.run({ text: sql, ...values }, deadlineMs)).rows as Row[];
  }

  /** Throws unless a new connection is answered in time, whatever the pooled ones wait for. */
  async probe(deadlineMs: number): Promise<void> {
    const client = new pg.Client({
      connectionString: this.settings.databaseUrl,
      application_name: 'fieldline-probe',
      connectionTimeoutMillis: deadlineMs,
      query_timeout: deadlineMs,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
    } finally {
      // Not awaited: a goodbye is answered by nobody where nobody is.
      void client.end().catch(() => undefined);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    // A connection that nothing comes back on does not answer a goodbye either.
    await endsWithin(this.pool.end(), goodbyeMs);
  }

  private async run<Row extends pg.QueryResultRow>(
    query: pg.QueryConfig,
    deadlineMs: number,
  ): Promise<pg.QueryResult<Row>> {
    const endsAt = performance.now() + deadlineMs;
    const client = await this.connect(deadlineMs);
    let failure: Error | undefined;
    try {
      const leftMs = Math.max(1, endsAt - performance.now());
      return await client.query<Row>(Object.assign(query, { query_timeout: leftMs }));
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure.message === 'Query read timeout' ? new DatabaseSilent(deadlineMs) : error;
    } finally {
      // An error ends the connection: nobody knows what is still under way on it.
      client.release(failure);
    }
  }

  private connect(deadlineMs: number): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new DatabaseSilent(deadlineMs));
      }, deadlineMs);
      this.pool.connect((error, client) => {
        clearTimeout(timer);
        if (client === undefined) reject(error ?? new DatabaseSilent(deadlineMs));
        else if (isLate) client.release();
        else resolve(client);
      });
    });
  }
}
