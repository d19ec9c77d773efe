import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import { newId } from '../ids/uuid-v7.js';
import { Clock } from '../time/clock.js';

/** With a heartbeat of 3 s and a reaper of 1 s a killed worker's jobs run elsewhere after at most 11 s. */
const leaseSeconds = 10;
const others = `(SELECT count(*)::int FROM workers AS o WHERE o.id <> $1 AND o.lease_until > now()) AS others`;

/** This process's row in `workers`: as long as its lease is alive, so is the lease of every job the process holds. */
@Injectable()
export class WorkerLease {
  private readonly logger = new Logger(WorkerLease.name);
  private current: string | undefined;
  private living = 1;

  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
  ) {}

  /** Undefined until the first heartbeat has been written, and after the end. */
  get workerId(): string | undefined {
    return this.current;
  }

  /** As of the last heartbeat, this process included. */
  get livingWorkers(): number {
    return this.living;
  }

  /** This worker's part of something that all of them share. Rounded up, so that nobody is left with nothing. */
  shareOf(limit: number): number {
    return Math.ceil(limit / this.living);
  }

  /**
   * Extends the lease, or takes a new one. A process that was stopped for longer than its lease finds its row gone and
   * goes on under a new id; what it held is somebody else's.
   */
  async beat(role: string, slots: number): Promise<void> {
    if (this.current !== undefined && (await this.extend(this.current))) return;
    if (this.current !== undefined) this.logger.warn('the lease had run out; what was held here runs elsewhere');
    const id = newId(this.clock.nowMs());
    const [counted] = await this.pool.query<{ others: number }>(
      `INSERT INTO workers (id, role, host, pid, slots, lease_until)
       VALUES ($1, $2, $3, $4, $5, now() + interval '${leaseSeconds.toString()} seconds') RETURNING ${others}`,
      [id, role, hostname(), process.pid, slots],
    );
    this.current = id;
    this.living = 1 + (counted?.others ?? 0);
  }

  async end(): Promise<void> {
    if (this.current === undefined) return;
    await this.pool.query('DELETE FROM workers WHERE id = $1', [this.current]);
    this.current = undefined;
  }

  private async extend(id: string): Promise<boolean> {
    const [extended] = await this.pool.named<{ others: number }>(
      'worker-beat',
      `UPDATE workers SET lease_until = now() + interval '${leaseSeconds.toString()} seconds'
       WHERE id = $1 AND lease_until > now() RETURNING ${others}`,
      [id],
    );
    if (extended !== undefined) this.living = 1 + extended.others;
    return extended !== undefined;
  }
}
