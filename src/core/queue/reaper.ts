import { Injectable, Logger } from '@nestjs/common';
import { Metrics, type Counting, type Labels, type Setting } from '../metrics/metrics.js';
import { SuspectsRepository, type Reaped } from './suspects.repository.js';
import { WorkerLease } from './worker-lease.js';

/** `some` are left to whoever is idle; `urgent`: this process makes room for them. */
export type SuspectsWaiting = 'none' | 'some' | 'urgent';

/** Finds workers that ended without a word, frees what they held, and speaks up when a job has ended too many. */
@Injectable()
export class Reaper {
  private readonly logger = new Logger(Reaper.name);
  private readonly lost: Counting<Labels>;
  private readonly apart: Setting<{ state: readonly ['suspect', 'crash_loop'] }>;

  constructor(
    private readonly suspects: SuspectsRepository,
    private readonly lease: WorkerLease,
    metrics: Metrics,
  ) {
    this.lost = metrics.counter({
      name: 'workers_lost_total',
      help: 'Workers whose lease ran out, as found by this process.',
      labels: {},
    });
    this.apart = metrics.gauge({
      name: 'jobs_apart',
      help: 'Jobs held in a crash: suspects that wait to run alone, and those given up. The same in every worker.',
      labels: { state: ['suspect', 'crash_loop'] },
    });
  }

  async reap(): Promise<SuspectsWaiting> {
    // Who could not reach the database for a while cannot tell whether others could.
    if (this.lease.wasCutOff) return 'none';
    return this.report(await this.suspects.reap(this.lease.workerId));
  }

  /** Where there is only ever one process, whatever is left of others is left of dead ones. */
  async reapAllOthers(): Promise<SuspectsWaiting> {
    return this.report(await this.suspects.reap(this.lease.workerId, true));
  }

  private report({ dead, suspects, parked, waiting, given_up, overdue }: Reaped): SuspectsWaiting {
    this.apart.set({ state: 'suspect' }, waiting);
    this.apart.set({ state: 'crash_loop' }, given_up);
    if (dead > 0) {
      this.lost.inc({}, dead);
      this.logger.warn({ workers: dead, jobs: suspects }, 'a worker is gone without a word; its jobs are due again');
    }
    for (const job of parked) {
      this.logger.error(
        { job: job.id, kind: job.kind, tenant: job.tenantId },
        'a job ends every process that runs it; it is parked until a superuser lets it go (GET /api/v1/admin/jobs)',
      );
    }
    if (overdue || suspects > parked.length) return 'urgent';
    return waiting > 0 ? 'some' : 'none';
  }
}
