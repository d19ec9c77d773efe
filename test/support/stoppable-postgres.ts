import pg from 'pg';
import { migrate } from '../../src/core/database/migrate.js';
import type { EmbeddedPostgres } from '../../src/core/database/embedded/embedded-postgres.js';
import type { TestDatabase } from './database.js';
import { EmbeddedPostgresLab } from './embedded-postgres-lab.js';

/** A PostgreSQL of one test's own, with our schema, that can be stopped in the way of a crash and started again. */
export class StoppablePostgres implements TestDatabase {
  private readonly lab = new EmbeddedPostgresLab();
  private server: EmbeddedPostgres | undefined;
  private pool: pg.Pool | undefined;
  private address = '';

  static async start(): Promise<StoppablePostgres> {
    const postgres = new StoppablePostgres();
    await postgres.goOn();
    await migrate(postgres.url);
    return postgres;
  }

  get url(): string {
    return this.address;
  }

  async query<Row>(sql: string, params?: unknown[]): Promise<Row[]> {
    if (this.pool === undefined) {
      this.pool = new pg.Pool({ connectionString: this.url, max: 2 });
      this.pool.on('error', () => undefined);
    }
    return (await this.pool.query(sql, params)).rows as Row[];
  }

  /** `immediate`: connections are cut in mid-statement, nothing is written down; the next start recovers. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    process.kill(server.pid, 'SIGQUIT');
    // Before its supervisor starts it again.
    await server.stop();
  }

  /** On the same address as before. */
  async goOn(): Promise<void> {
    this.server = await this.lab.start();
    if (this.address !== '' && this.address !== this.server.url) throw new Error('PostgreSQL came back elsewhere');
    this.address = this.server.url;
  }

  async drop(): Promise<void> {
    await this.pool?.end();
    await this.lab.close();
  }
}
