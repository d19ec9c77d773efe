import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PoolClient } from 'pg';
import type { DomainEvent } from '../events/domain-event.js';
import { EventBus } from '../events/event-bus.js';
import { isRetryable } from './sql-state.js';
import type { Tx } from './tx.js';

const maxTries = 4;
/** Longer than any statement that is worth waiting for. */
const unhurriedMs = 24 * 3_600_000;

export interface TransactionOptions {
  /** Its statements have set statement_timeout to 0 for a reason: the client does not give up on them either. */
  unhurried?: boolean;
}

/** Opens transactions, runs them again when PostgreSQL broke a deadlock, and publishes their events after the commit. */
@Injectable()
export class Transactions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: EventBus,
  ) {}

  /** `work` may run more than once: it must do nothing that a rollback cannot undo. */
  async run<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work, options);
      } catch (error) {
        if (attempt === maxTries || !isRetryable(error)) throw error;
      }
    }
  }

  private async once<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions): Promise<T> {
    const patience = options.unhurried === true ? { query_timeout: unhurriedMs } : {};
    const runner = this.dataSource.createQueryRunner();
    const events: DomainEvent[] = [];
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      const result = await work({
        manager: runner.manager,
        query: async <Row>(sql: string, params?: readonly unknown[]) => {
          const values = params === undefined ? {} : { values: [...params] };
          return (await client.query({ text: sql, ...values, ...patience })).rows as Row[];
        },
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
