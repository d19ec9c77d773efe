import type { TestDatabase } from '../database.js';
import { eventually } from '../eventually.js';
import type { ServerProcess } from '../server-process.js';

/** What a worker held in the moment it ended. */
export interface Held {
  workerId: string;
  jobIds: string[];
}

const looksBeforeMore = 50;

/** Looks at workers from outside: by their rows, and by what they hold. */
export class WorkerWatch {
  constructor(private readonly database: TestDatabase) {}

  /** The row of a process; it has one as soon as it works. */
  async idOf(server: ServerProcess): Promise<string> {
    return eventually(async () => {
      const [row] = await this.database.query<{ id: string }>(
        'SELECT id FROM workers WHERE pid = $1 ORDER BY id DESC LIMIT 1',
        [server.pid],
      );
      return row?.id;
    }, 'a worker at work');
  }

  async heldBy(workerId: string): Promise<Held> {
    const rows = await this.database.query<{ id: string }>('SELECT id FROM jobs WHERE worker_id = $1', [workerId]);
    return { workerId, jobIds: rows.map(({ id }) => id) };
  }

  /**
   * Waits until the worker holds some jobs, so that what comes next meets it in the middle of them. Its neighbours may
   * have been quicker: `more` brings new work now and then.
   */
  async untilBusy(
    workerId: string,
    { jobs = 1, kind = '%', more = () => undefined }: { jobs?: number; kind?: string; more?: () => void } = {},
  ): Promise<void> {
    let looks = 0;
    await eventually(async () => {
      const held = await this.database.query('SELECT id FROM jobs WHERE worker_id = $1 AND kind LIKE $2', [
        workerId,
        kind,
      ]);
      looks += 1;
      if (looks % looksBeforeMore === 0) more();
      return held.length >= jobs ? true : undefined;
    }, 'a worker in the middle of its work');
  }

  /** How long it took until each of these jobs was done or in other hands. */
  async untilElsewhere({ workerId, jobIds }: Held, sinceMs = performance.now()): Promise<number> {
    await eventually(
      async () => {
        // A suspect that nobody has claimed yet runs nowhere.
        const left = await this.database.query(
          `SELECT id FROM jobs WHERE id = ANY ($1::uuid[])
             AND (worker_id = $2 OR worker_id IS NULL AND suspect_of = $2 AND run_at <= now()) LIMIT 1`,
          [jobIds, workerId],
        );
        return left.length === 0 ? true : undefined;
      },
      'jobs in other hands',
      120_000,
    );
    return performance.now() - sinceMs;
  }
}

/** One saved step; it is never run again, so none of this ever changes. */
interface SavedStep {
  run_id: string;
  seq: number;
  started_at: Date;
  duration_us: number;
}

/** Remembers which steps were saved at certain moments, and finds those that were run again since. */
export class SavedSteps {
  private readonly seen = new Map<string, string>();

  constructor(private readonly database: TestDatabase) {}

  async remember(): Promise<void> {
    for (const [key, value] of await this.read()) if (!this.seen.has(key)) this.seen.set(key, value);
  }

  /** Steps whose saved result is not the one that was remembered. */
  async runAgain(): Promise<string[]> {
    const now = new Map(await this.read());
    return [...this.seen].filter(([key, value]) => now.get(key) !== value).map(([key]) => key);
  }

  private async read(): Promise<[string, string][]> {
    const steps = await this.database.query<SavedStep>('SELECT run_id, seq, started_at, duration_us FROM flow_steps');
    return steps.map((step) => [`${step.run_id} ${step.seq}`, `${step.started_at.toISOString()} ${step.duration_us}`]);
  }
}
