import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { isRowsFault } from '../../../core/database/sql-state.js';
import { Egress } from '../../../core/egress/egress.js';
import { ConnectionPool } from '../../../core/outbound/connection-pool.js';
import { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome, Preview } from '../../runs/channels/channels.service.js';
import type { Point } from '../points/point.js';
import { BatchedWrites } from './batched-writes.js';
import { PostgresLink } from './postgres-link.js';
import { insertSql, rowOf, tableOf } from './postgres.sql.js';
import type { ReadyPostgres } from './storage-target.js';

interface Pooled {
  link: PostgresLink;
  writes: BatchedWrites<Point>;
}

/** Writes points to PostgreSQL and TimescaleDB, many in one statement. */
@Injectable()
export class PostgresWriter implements OnModuleInit, OnApplicationShutdown {
  private readonly pooled: ConnectionPool<Pooled>;

  constructor(
    private readonly egress: Egress,
    clock: Clock,
  ) {
    this.pooled = new ConnectionPool(clock, async ({ link, writes }) => {
      await writes.idle();
      await link.end();
    });
  }

  onModuleInit(): void {
    this.pooled.startSweeping();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pooled.endAll();
  }

  async write(target: ReadyPostgres, point: Point, signal: AbortSignal): Promise<AttemptOutcome> {
    return this.openTo(target).writes.add(point, signal);
  }

  /** What would be written; the statement is the same for every point. */
  preview({ config, port }: ReadyPostgres, point: Point): Preview {
    const { host, database } = config;
    return { request: { host, port, database, statement: insertSql(tableOf(config)), row: rowOf(point) } };
  }

  /** A connection of its own, for trying out. */
  linkTo(target: ReadyPostgres): PostgresLink {
    return new PostgresLink(this.egress, target);
  }

  private openTo(target: ReadyPostgres): Pooled {
    return this.pooled.of(target, (opened) => {
      const link = this.linkTo(opened);
      const writes = new BatchedWrites<Point>({
        driver: 'postgresql',
        timeoutMs: opened.timeoutMs,
        // One connection does one thing at a time; what comes meanwhile is the next batch.
        maxInFlight: 1,
        write: (points) => link.write(points),
        isItemsFault: isRowsFault,
      });
      return { link, writes };
    });
  }
}
