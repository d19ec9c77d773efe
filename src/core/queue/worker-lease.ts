import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import { newId } from '../ids/uuid-v7.js';
import { Clock } from '../time/clock.js';
import { SuspectsRepository } from './suspects.repository.js';

/** With a heartbeat of 3 s and a reaper of 1 s a killed worker's jobs run elsewhere after at most 11 s. */
const leaseSeconds = 10;
const leaseMs = leaseSeconds * 1_000;
const heartbeatMs = 3_000;
const others = `(SELECT count(*)::int FROM workers AS o WHERE o.id <> $1 AND o.lease_until > now()) AS others`;

/** This process's row in `workers`: as long as its lease is alive, so is the lease of every job the process holds. */
@Injectable()
export class WorkerLease {
  private readonly logger = new Logger(WorkerLease.name);
  private current: string | undefined;
  private living = 1;
  /** When the last heartbeat that arrived was sent. */
  private beatAtMs = -Infinity;
  private failedAtMs = -Infinity;

  constructor(
    private readonly pool: HotPool,
    private readonly suspects: SuspectsRepository,
    private readonly clock: Clock,
  ) {}

  /** Undefined until the first heartbeat has been written, and after the end. */
  get workerId(): string | undefined {
    return this.current;
  }

  /** Surely alive, as seen from here: the database cannot have let it run out yet. */
  get isGood(): boolean {
    return performance.now() < this.beatAtMs + leaseMs;
  }

  /** Lately the database could not be reached from here. */
  get wasCutOff(): boolean {
    return performance.now() < this.failedAtMs + leaseMs;
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
   * Extends the lease when it is time, or takes a new one. True: the former lease was lost, and what was held under it
   * is somebody else's. That happens to a process that was stopped, and to one that could not reach the database.
   */
  async keep(role: string, slots: number): Promise<boolean> {
    const startedAtMs = performance.now();
    const isCutOff = this.failedAtMs > this.beatAtMs;
    if (!isCutOff && startedAtMs < this.beatAtMs + heartbeatMs - 500) return false;
    try {
      const former = this.current;
      if (former !== undefined && (await this.extend(former))) return this.kept(startedAtMs, false);
      if (former !== undefined) this.logger.warn('the lease had run out; what was held here runs elsewhere');
      if (former !== undefined && isCutOff) await this.suspects.acquit(former);
      await this.take(role, slots);
      return this.kept(startedAtMs, former !== undefined);
    } catch (error) {
      this.failedAtMs = performance.now();
      throw error;
    }
  }

  /** If this process is killed while it ends, that is no crash. */
  async leave(): Promise<void> {
    if (this.current === undefined) return;
    await this.pool.query('UPDATE workers SET leaving = true WHERE id = $1', [this.current]);
  }

  /** Gives back at once whatever is still held. */
  async end(): Promise<void> {
    if (this.current === undefined) return;
    const id = this.current;
    this.current = undefined;
    await this.pool.query(
      `WITH gone AS (DELETE FROM workers WHERE id = $1)
       UPDATE jobs SET worker_id = NULL, lease_token = NULL, run_at = now() WHERE worker_id = $1`,
      [id],
    );
  }

  private kept(startedAtMs: number, isLost: boolean): boolean {
    this.beatAtMs = startedAtMs;
    return isLost;
  }

  /** A row that nobody has reaped is a lease that still holds, however late. */
  private async extend(id: string): Promise<boolean> {
    const [extended] = await this.pool.named<{ others: number }>(
      'worker-beat',
      `UPDATE workers SET lease_until = now() + interval '${leaseSeconds} seconds' WHERE id = $1 RETURNING ${others}`,
      [id],
    );
    if (extended !== undefined) this.living = 1 + extended.others;
    return extended !== undefined;
  }

  private async take(role: string, slots: number): Promise<void> {
    const id = newId(this.clock.nowMs());
    const [counted] = await this.pool.query<{ others: number }>(
      `INSERT INTO workers (id, role, host, pid, slots, lease_until)
       VALUES ($1, $2, $3, $4, $5, now() + interval '${leaseSeconds} seconds') RETURNING ${others}`,
      [id, role, hostname(), process.pid, slots],
    );
    this.current = id;
    this.living = 1 + (counted?.others ?? 0);
  }
}
