import { migrate } from '../../src/core/database/migrate.js';
import type { EmbeddedPostgres } from '../../src/core/database/embedded/embedded-postgres.js';
import { EmbeddedPostgresLab, query } from './embedded-postgres-lab.js';

/** A PostgreSQL of one test's own, with our schema, that can be stopped in the way of a crash and started again. */
export class StoppablePostgres {
  private readonly lab = new EmbeddedPostgresLab();
  private server: EmbeddedPostgres | undefined;
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

  query(sql: string): Promise<unknown[][]> {
    return query(this.url, sql);
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
