import type { EntityManager } from 'typeorm';
import type { DomainEvent } from '../events/domain-event.js';

/** Anything that runs one statement: a transaction, or a pool outside of one. */
export interface Queryable {
  /** Rows as PostgreSQL's driver gives them: uuid, text and bigint as strings, timestamptz as Date, jsonb parsed. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/**
 * One database transaction, by two ways at once: SQL for the hot paths, TypeORM's manager for what people click. Both
 * speak on the same connection, so they commit or roll back together.
 *
 * `publish` keeps an event until the commit; a rollback drops it.
 *
 * @example
 * await this.transactions.run(async (tx) => {
 *   const device = await tx.manager.save(newDevice);
 *   await tx.query('INSERT INTO device_state (device_id, tenant_id) VALUES ($1, $2)', [device.id, tenant.id]);
 *   tx.publish(new DeviceRegistered(tenant.id, device.id));
 * });
 */
export interface Tx extends Queryable {
  readonly manager: EntityManager;
  publish(event: DomainEvent): void;
}
