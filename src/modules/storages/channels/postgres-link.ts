import { EgressRefused } from '../../../core/egress/egress-refused.js';
import type { Egress } from '../../../core/egress/egress.js';
import { isRetryable, isRowsFault, sqlStateOf } from '../../../core/database/sql-state.js';
import { messageOf } from '../../../core/outbound/told.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import type { AttemptOutcome } from '../../runs/channels/channels.service.js';
import type { Point } from '../points/point.js';
import { PostgresConnection } from './postgres-connection.js';
import { columnsOf, createIndexSql, createTableSql, insertSql, readSql, tableOf } from './postgres.sql.js';
import type { ReadyPostgres } from './storage-target.js';

/** Two processes that make the same table at once would trip over each other. */
const tableLock = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
const noSuchTable = '42P01';

/** One storage in PostgreSQL: its one connection, opened when needed, and what is written through it. */
export class PostgresLink {
  private connection: Promise<PostgresConnection> | undefined;
  private readonly table: string;

  constructor(
    private readonly egress: Egress,
    private readonly target: ReadyPostgres,
  ) {
    this.table = tableOf(target.config);
  }

  /** Throws only what is one point's fault among several, or may simply be tried again: the batcher halves or repeats. */
  async write(points: Point[]): Promise<AttemptOutcome[]> {
    try {
      await this.insert(points);
      return points.map(() => ({ status: 'delivered' }));
    } catch (error) {
      if (isRetryable(error) || (isRowsFault(error) && points.length > 1)) throw error;
      const failure = this.failureOf(error);
      return points.map(() => failure);
    }
  }

  /** Writes a point, reads it, and takes it back: nothing of it stays but the table. */
  async tryOut(point: Point): Promise<object | undefined> {
    const connection = await this.connected();
    const [found] = await connection.query<{ table: string | null }>('SELECT to_regclass($1) AS table', [this.table]);
    if (found?.table === null && this.target.config.create_table === true) await this.makeTable(connection);
    await connection.query('BEGIN');
    try {
      await connection.query(insertSql(this.table), columnsOf([point]));
      const values = [new Date(point.timeMs).toISOString(), point.deliveryId];
      return (await connection.query<object>(readSql(this.table), values))[0];
    } finally {
      if (!connection.isBroken) await connection.query('ROLLBACK');
    }
  }

  failureOf(error: unknown): Failure {
    if (error instanceof EgressRefused) return failed('egress.refused', error.message, false);
    const state = sqlStateOf(error);
    const text = this.target.redaction.of(messageOf(error));
    if (state === undefined) return failed('postgresql.connection', text, true);
    // A wrong password, a missing table or right is mended by somebody: the delivery waits. A bad point stays one.
    return failed(`postgresql.sqlstate_${state}`, text, !isRowsFault(error));
  }

  async end(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined);
    await connection?.end();
  }

  private async insert(points: Point[]): Promise<void> {
    const connection = await this.connected();
    const insert = () => connection.query(insertSql(this.table), columnsOf(points));
    try {
      await insert();
    } catch (error) {
      if (sqlStateOf(error) !== noSuchTable || this.target.config.create_table !== true) throw error;
      await this.makeTable(connection);
      await insert();
    }
  }

  private async connected(): Promise<PostgresConnection> {
    const known = await this.connection?.catch(() => undefined);
    if (known?.isBroken === false) return known;
    this.connection = PostgresConnection.open(this.egress, this.target);
    return this.connection;
  }

  private async makeTable(connection: PostgresConnection): Promise<void> {
    await connection.query('BEGIN');
    try {
      await connection.query(tableLock, [this.table]);
      await connection.query(createTableSql(this.table));
      await connection.query(createIndexSql(this.table));
      const extensions = await connection.query(`SELECT FROM pg_extension WHERE extname = 'timescaledb'`);
      if (extensions.length > 0) {
        await connection.query(`SELECT create_hypertable($1::regclass, 'time', if_not_exists => true)`, [this.table]);
      }
      await connection.query('COMMIT');
    } catch (error) {
      if (!connection.isBroken) await connection.query('ROLLBACK');
      throw error;
    }
  }
}
