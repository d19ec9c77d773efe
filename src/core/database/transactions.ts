import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PoolClient } from 'pg';
import type { DomainEvent } from '../events/domain-event.js';
import { EventBus } from '../events/event-bus.js';
import { isRetryable } from './sql-state.js';
import type { Tx } from './tx.js';

const maxTries = 4;

/** Opens transactions, runs them again when PostgreSQL broke a deadlock, and publishes their events after the commit. */
@Injectable()
export class Transactions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: EventBus,
  ) {}

  /** `work` may run more than once: it must do nothing that a rollback cannot undo. */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt === maxTries || !isRetryable(error)) throw error;
      }
    }
  }

  private async once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const events: DomainEvent[] = [];
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      const result = await work({
        manager: runner.manager,
        query: async <Row>(sql: string, params?: readonly unknown[]) =>
          (await client.query(sql, params === undefined ? undefined : [...params])).rows as Row[],
        publish: (event) => events.push(event),
      });
      await runner.commitTransaction();
      events.forEach((event) => {
        this.bus.publish(event);
      });
      return result;
    } catch (error) {
      // A connection that broke cannot roll back; PostgreSQL has done so itself, and the first error is the one to tell.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}
