import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';

const minuteMs = 60_000;

/*
 * Messages that arrive meanwhile wait behind our lock, and an ingest flush has 2 s in all: so we wait half a second for
 * the tables and try again a minute later. That is also less than the second after which PostgreSQL looks for
 * deadlocks, so it never is a message's statement that it ends.
 *
 * The previous slot is locked first, as the journal's statement does. A statement that waited, prepared or not, finds
 * the tables by their names when it goes on, and reads with a snapshot from after the wait.
 */
const rotateSql = `
  SET LOCAL lock_timeout = '500ms';
  LOCK TABLE event_keys_previous, event_keys_current IN ACCESS EXCLUSIVE MODE;
  TRUNCATE event_keys_previous;
  ALTER TABLE event_keys_previous RENAME TO event_keys_emptied;
  ALTER TABLE event_keys_emptied RENAME CONSTRAINT "PK_event_keys_previous" TO "PK_event_keys_emptied";
  ALTER TABLE event_keys_current RENAME TO event_keys_previous;
  ALTER TABLE event_keys_previous RENAME CONSTRAINT "PK_event_keys_current" TO "PK_event_keys_previous";
  ALTER TABLE event_keys_emptied RENAME TO event_keys_current;
  ALTER TABLE event_keys_current RENAME CONSTRAINT "PK_event_keys_emptied" TO "PK_event_keys_current"`;

/** Once a day forgets the older half of the keys by which duplicates are recognised, so each is known for 24 to 48 hours. */
@Injectable()
export class EventKeyRotation implements OnModuleInit {
  private readonly logger = new Logger(EventKeyRotation.name);

  constructor(
    private readonly maintenance: Maintenance,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'event-keys', everyMs: minuteMs, run: () => this.rotateIfDue() });
  }

  /** By the database's clock: servers may disagree about the time, the slots are common to them. */
  private async rotateIfDue(): Promise<void> {
    const rotated = await this.transactions.run(async (tx) => {
      const due = await tx.query(
        `UPDATE event_key_rotation SET rotated_at = now() WHERE rotated_at <= now() - interval '24 hours' RETURNING true`,
      );
      if (due.length === 0) return false;
      await tx.query(rotateSql);
      return true;
    });
    if (rotated) this.logger.log('the older half of the event keys is forgotten');
  }
}
