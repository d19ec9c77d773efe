import pg from 'pg';
import { errorCodeOf } from '../../errors/error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

const CONNECT_LIMIT_MS = 5_000;
const INVALID_PASSWORD = '28P01';
const NO_SUCH_DATABASE = '3D000';
const TOO_MANY_CONNECTIONS = '53300';
const DUPLICATE_DATABASE = '42P04';

/**
 * The way into our own server: one database and one role for the product, which is not a superuser, so that nothing that
 * slips into a query can read files or run programs.
 */
export class DatabaseAccess {
  lastProblem: unknown = null;

  constructor(private readonly password: string) {}

  url(port: number): string {
    return `postgresql://fieldline:${this.password}@127.0.0.1:${port}/fieldline`;
  }

  /** Whether the product can log in now; makes its role and database where they are missing. */
  async isReady(port: number): Promise<boolean> {
    try {
      await this.ask('fieldline', 'fieldline', port, () => Promise.resolve());
      return true;
    } catch (error) {
      this.lastProblem = error;
      const code = errorCodeOf(error);
      if (code === TOO_MANY_CONNECTIONS) return true;
      if (code !== INVALID_PASSWORD && code !== NO_SUCH_DATABASE) return false;
    }
    return this.provision(port);
  }

  private async provision(port: number): Promise<boolean> {
    try {
      await this.ask('postgres', 'postgres', port, async (client) => {
        const found = await client.query("SELECT FROM pg_roles WHERE rolname = 'fieldline'");
        const password = client.escapeLiteral(this.password);
        await client.query(
          `${found.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE fieldline LOGIN CREATEDB PASSWORD ${password}`,
        );
        await client.query('GRANT pg_monitor, pg_checkpoint TO fieldline');
        await client.query('CREATE DATABASE fieldline OWNER fieldline').catch((error: unknown) => {
          if (errorCodeOf(error) !== DUPLICATE_DATABASE) throw error;
        });
      });
      return true;
    } catch (error) {
      this.lastProblem = error;
      if (errorCodeOf(error) !== INVALID_PASSWORD) return false;
      throw new EmbeddedPostgresError(
        'embedded_postgres.password_refused',
        'the embedded PostgreSQL refuses the password in DATA_DIR/postgres.secret. Restore that file from the backup of this data; ' +
          'if it is lost, stop the server, delete the file and start again: a new password will be set.',
        { cause: error },
      );
    }
  }

  private async ask(
    user: string,
    database: string,
    port: number,
    work: (client: pg.Client) => Promise<unknown>,
  ): Promise<void> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      database,
      password: this.password,
      ssl: false,
      application_name: 'fieldline supervisor',
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      query_timeout: 30_000,
    });
    client.on('error', () => undefined); // the query in flight gets it as well
    try {
      await client.connect();
      await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
