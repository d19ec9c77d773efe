import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Count } from './throttle.rules.js';

interface CountRow {
  key: Buffer;
  count: number;
  counted_at: Date;
  blocked_until: Date;
}

/** All queries on counted attempts. Keys are hashes in hex; they are locked in their order, so that two never wait for each other. */
@Injectable()
export class ThrottlesRepository {
  constructor(private readonly hotPool: HotPool) {}

  /** Nobody else counts these until the transaction ends, also where there was nothing yet. */
  async lock(tx: Tx, keys: readonly string[], now: Date): Promise<Map<string, Count>> {
    const sorted = [...keys].sort();
    await tx.query(
      `INSERT INTO throttles (key, count, counted_at, blocked_until)
       SELECT decode(key, 'hex'), 0, $2, to_timestamp(0) FROM unnest($1::text[]) WITH ORDINALITY AS k (key, at) ORDER BY at
       ON CONFLICT (key) DO NOTHING`,
      [sorted, now],
    );
    const rows = await tx.query<CountRow>(
      `SELECT key, count, counted_at, blocked_until FROM throttles
       WHERE key = ANY (SELECT decode(k, 'hex') FROM unnest($1::text[]) AS k) ORDER BY key FOR UPDATE`,
      [sorted],
    );
    return new Map(rows.map((row) => [row.key.toString('hex'), countOf(row)]));
  }

  async save(tx: Tx, key: string, { count, countedAtMs, blockedUntilMs }: Count): Promise<void> {
    await tx.query(
      `INSERT INTO throttles (key, count, counted_at, blocked_until) VALUES (decode($1, 'hex'), $2, $3, $4)
       ON CONFLICT (key) DO UPDATE SET count = $2, counted_at = $3, blocked_until = $4`,
      [key, count, new Date(countedAtMs), new Date(blockedUntilMs)],
    );
  }

  async find(key: string): Promise<Count | undefined> {
    const [row] = await this.hotPool.named<CountRow>(
      'auth-throttle-find',
      `SELECT key, count, counted_at, blocked_until FROM throttles WHERE key = decode($1, 'hex')`,
      [key],
    );
    return row === undefined ? undefined : countOf(row);
  }

  /** As if the last attempt had not been; it was let through, so nothing was blocked before it. */
  async takeBack(key: string): Promise<void> {
    await this.hotPool.named(
      'auth-throttle-take-back',
      `UPDATE throttles SET count = greatest(count - 1, 0), blocked_until = to_timestamp(0)
       WHERE key = decode($1, 'hex')`,
      [key],
    );
  }

  async forget(key: string): Promise<void> {
    await this.hotPool.named('auth-throttle-forget', `DELETE FROM throttles WHERE key = decode($1, 'hex')`, [key]);
  }

  async purge(countedBefore: Date): Promise<void> {
    await this.hotPool.query('DELETE FROM throttles WHERE counted_at < $1', [countedBefore]);
  }
}

function countOf(row: CountRow): Count {
  return {
    count: row.count,
    countedAtMs: row.counted_at.getTime(),
    blockedUntilMs: row.blocked_until.getTime(),
  };
}
