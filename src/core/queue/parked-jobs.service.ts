import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { CursorPage } from '../http/paging/cursor-page.js';
import type { CursorQuery } from '../http/paging/cursor.query.js';
import { readHistory } from '../http/paging/read-history.js';
import type { ParkedJob, ParkedReason } from './parked-job.js';
import { ParkedJobNotFound } from './parked-jobs.errors.js';
import { ParkedJobsRepository } from './parked-jobs.repository.js';

/** Shows the platform's operator the jobs that were given up, and lets them go on again. */
@Injectable()
export class ParkedJobsService {
  private readonly logger = new Logger(ParkedJobsService.name);

  constructor(private readonly jobs: ParkedJobsRepository) {}

  list(reason: ParkedReason, query: CursorQuery): Promise<CursorPage<ParkedJob>> {
    return readHistory<ParkedJob, ParkedJob>(query, {
      read: ({ range, skip, limit }) => this.jobs.list(reason, range.before.id, skip, limit),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (jobs) => jobs,
      count: () => this.jobs.count(reason),
    });
  }

  async release(tx: Tx, id: string): Promise<ParkedJob> {
    const job = await this.jobs.release(tx, id);
    if (job === null) throw new ParkedJobNotFound();
    this.logger.log({ job: id, kind: job.kind }, 'a parked job was let go');
    return job;
  }
}
