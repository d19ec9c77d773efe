import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Batcher } from '../../../core/batching/batcher.js';
import { isDatabaseAway } from '../../../core/database/database-away.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { isRowsFault } from '../../../core/database/sql-state.js';
import { EventBus } from '../../../core/events/event-bus.js';
import { Listeners } from '../../../core/news/listeners.js';
import { Queue } from '../../../core/queue/queue.js';
import { RunsCompleted } from '../events/runs-completed.event.js';
import { completionOf, type RowsOfParts } from './completion.statement.js';
import type { Results } from './results.contract.js';
import { toldOf } from './told.rules.js';

/** A job that this process still holds, and what it came to. */
export interface Completion {
  jobId: string;
  leaseToken: string;
  results: Results;
}

const maxBatch = 200;
const retryEveryMs = 250;
/** A database that is away for longer has cost every worker its leases. */
const patienceMs = 60_000;

/**
 * Ends jobs: whatever is finished is committed together, each with its results, each only if its lease still stands.
 * A job never waits for a batch-mate: what finishes while a commit is under way goes with the next.
 */
@Injectable()
export class CompletionService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(CompletionService.name);
  private readonly batcher = new Batcher<Completion, boolean>({
    flush: (completions) => this.flush(completions),
    maxItems: maxBatch,
    maxInFlight: 2,
    gatherMs: 10,
  });
  private isStopping = false;

  constructor(
    private readonly pool: HotPool,
    private readonly bus: EventBus,
    private readonly queue: Queue,
    private readonly listeners: Listeners,
  ) {}

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  /**
   * True: saved. False: the lease was lost, and nothing of it was written; somebody else has the job. Results that
   * PostgreSQL cannot hold are not tried for ever: their runs end in a visible error instead.
   */
  async complete(completion: Completion): Promise<boolean> {
    try {
      return await this.batcher.add(completion);
    } catch (error) {
      if (!isRowsFault(error) || completion.results.runs === undefined) throw error;
      this.logger.error(
        { err: error, job: completion.jobId },
        'results that cannot be stored; their runs end in an error',
      );
      return this.batcher.add({ ...completion, results: withoutResults(completion.results) });
    }
  }

  private async flush(completions: Completion[]): Promise<boolean[]> {
    const done = await this.commit({
      finished: completions.map(({ jobId, leaseToken }) => ({ job_id: jobId, lease_token: leaseToken })),
      contexts: gather(completions, 'contexts'),
      runs: gather(completions, 'runs'),
      steps: gather(completions, 'steps'),
      waiting: gather(completions, 'waiting'),
      retried: gather(completions, 'retried'),
      // A delivery that had a job of its own waits no longer.
      over: gather(completions, 'ended').filter(({ id, job_id }) => id === job_id),
      ended: gather(completions, 'ended'),
      progress: gather(completions, 'progress'),
      continuations: gather(completions, 'continuations'),
      latest: gather(completions, 'latest'),
      decoded: gather(completions, 'decoded'),
      told: toldOf(completions, this.listeners.tenants),
    });
    if (completions.some(({ results }) => (results.continuations?.length ?? 0) > 0)) this.queue.hint('events');
    this.bus.publish(new RunsCompleted(done.length, completions.length - done.length));
    const saved = new Set(done.map((row) => row.job_id));
    return completions.map(({ jobId }) => saved.has(jobId));
  }

  /**
   * What was done is not done again because the database was away when it should have been saved: it is kept here and
   * tried again, and as long as nobody else has taken the jobs over it is saved then. Where the lost answer was a yes,
   * the jobs are gone, and the second one says that nothing was saved: what follows from that, a delivery leased to
   * this process, the queue finds.
   */
  private async commit(rows: RowsOfParts): Promise<{ job_id: string }[]> {
    const statement = completionOf(rows);
    const values = statement.values(rows);
    const endsAt = performance.now() + patienceMs;
    for (;;) {
      try {
        return await this.pool.named<{ job_id: string }>(statement.name, statement.text, values);
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        this.queue.doubt();
        if (this.isStopping || performance.now() > endsAt) throw error;
      }
      await delay(retryEveryMs, undefined, { ref: false });
    }
  }
}

/** The same runs, each with nothing but the news that what it did could not be stored. */
function withoutResults({ contexts = [], runs = [] }: Results): Results {
  const errors = JSON.stringify([{ node_id: '', error: 'what this run did could not be stored' }]);
  return { contexts, runs: runs.map((run) => ({ ...run, pending: 0, succeeded: 0, failed: 1, errors })) };
}

/** All rows of one part, each with the job that left it. */
function gather<Part extends keyof Results>(
  completions: Completion[],
  part: Part,
): (NonNullable<Results[Part]>[number] & { job_id: string })[] {
  return completions.flatMap(({ jobId, results }) => (results[part] ?? []).map((row) => ({ ...row, job_id: jobId })));
}
