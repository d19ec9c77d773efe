import { randomUUID } from 'node:crypto';
import type { ClaimedJob, JobHandler } from '../../src/core/queue/job.js';
import { Queue } from '../../src/core/queue/queue.js';
import { Reaper } from '../../src/core/queue/reaper.js';
import { newId } from '../../src/core/ids/uuid-v7.js';
import type { TestApp } from './app.js';
import { eventually } from './eventually.js';

/** One start of a job in the worker. */
export interface Started {
  id: string;
  /** What ran in the same process at that moment. */
  beside: string[];
}

/**
 * Jobs of a kind of their own, whose every end a test decides, and workers that die when the test says so: what the
 * queue does with them is all there is.
 */
export class JobBench implements JobHandler {
  readonly kind = 'test';
  readonly starts: Started[] = [];
  readonly ends: string[] = [];
  private readonly running = new Set<string>();
  private readonly stuck = new Set<string>();

  constructor(
    private readonly app: TestApp,
    readonly worker: TestApp,
    private readonly tenantId: string,
  ) {
    worker.app.get(Queue).register(this);
  }

  /** Puts jobs that are due into the tenant's lane, or another one; the `stuck` ones never end by themselves. */
  async put(count: number, { stuck = false, laneId = this.tenantId } = {}): Promise<string[]> {
    const ids = Array.from({ length: count }, () => newId(Date.now()));
    if (stuck) ids.forEach((id) => this.stuck.add(id));
    await this.app.database.query(
      `INSERT INTO jobs (id, tenant_id, lane_id, kind) SELECT unnest($1::uuid[]), $2, $3, 'test'`,
      [ids, this.tenantId, laneId],
    );
    return ids;
  }

  /** A lane of deliveries of its own. */
  async aDestination(): Promise<string> {
    const id = randomUUID();
    await this.app.database.query(`INSERT INTO lanes (id, tenant_id, kind) VALUES ($1, $2, 'deliveries')`, [
      id,
      this.tenantId,
    ]);
    return id;
  }

  unstick(ids: readonly string[]): void {
    ids.forEach((id) => this.stuck.delete(id));
  }

  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    this.starts.push({ id: job.id, beside: [...this.running] });
    this.running.add(job.id);
    try {
      await eventually(
        () =>
          signal.aborted
            ? Promise.reject(new Error('aborted'))
            : Promise.resolve(this.stuck.has(job.id) ? undefined : true),
        'a job that may end',
        120_000,
      );
      await this.app.database.query('DELETE FROM jobs WHERE id = $1 AND lease_token = $2', [job.id, job.leaseToken]);
      this.ends.push(job.id);
    } finally {
      this.running.delete(job.id);
    }
  }

  /** What the table says of these jobs, in the order of their ids. */
  rows(ids: readonly string[]): Promise<JobRow[]> {
    return this.app.database.query<JobRow>(
      `SELECT id, lease_token IS NOT NULL AS held, alone, crashes, alone_crashes, parked_reason FROM jobs
       WHERE id = ANY ($1::uuid[]) ORDER BY id`,
      [ids],
    );
  }

  async until(what: string, ids: readonly string[], holds: (rows: JobRow[]) => boolean): Promise<void> {
    await eventually(async () => (holds(await this.rows(ids)) ? true : undefined), what);
  }

  /** The worker's lease has run out and another process finds it so. */
  async crash(workerId: string): Promise<void> {
    await eventually(async () => {
      await this.app.database.query(`UPDATE workers SET lease_until = '-infinity' WHERE id = $1`, [workerId]);
      await this.app.app.get(Reaper).reap();
      const [left] = await this.app.database.query('SELECT id FROM workers WHERE id = $1', [workerId]);
      return left === undefined ? true : undefined;
    }, 'a worker that was reaped');
  }

  /** The worker that holds a job. */
  async holderOf(id: string): Promise<string> {
    return eventually(async () => {
      const [row] = await this.app.database.query<{ worker_id: string | null }>(
        'SELECT worker_id FROM jobs WHERE id = $1',
        [id],
      );
      return row?.worker_id ?? undefined;
    }, `a worker that holds ${id}`);
  }
}

export interface JobRow {
  id: string;
  held: boolean;
  alone: boolean;
  crashes: number;
  alone_crashes: number;
  parked_reason: string | null;
}
