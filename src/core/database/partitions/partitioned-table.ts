/** Which of the settings' retentions a table goes by. */
export type Retention = 'events' | 'runs' | 'deliveries' | 'audit';

/**
 * A table partitioned by RANGE over a UUIDv7, with a partition `<table>_default` for what no other takes.
 *
 * @example
 * tables.register({ table: 'device_events', key: 'id', retention: 'events' });
 */
export interface PartitionedTable {
  readonly table: string;
  /** The column it is partitioned by. */
  readonly key: string;
  readonly retention: Retention;
  /** Brings to its end what refers to days before this one; they are dropped next, or an hour later if it throws. */
  readonly beforeDropping?: (firstKeptDay: number) => Promise<void>;
}
