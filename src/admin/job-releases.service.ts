import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/database/transactions.js';
import type { ParkedJob } from '../core/queue/parked-job.js';
import { ParkedJobsService } from '../core/queue/parked-jobs.service.js';
import { AuditService } from '../modules/auth/audit/audit.service.js';

/** Lets parked jobs go on, and writes into the audit log of their tenant who did it. */
@Injectable()
export class JobReleasesService {
  constructor(
    private readonly jobs: ParkedJobsService,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  async release(id: string): Promise<ParkedJob> {
    return this.transactions.run(async (tx) => {
      const job = await this.jobs.release(tx, id);
      const subject = { kind: 'job', id, name: job.kind };
      await this.audit.record(tx, { id: job.tenantId }, { action: 'job.released', subject });
      return job;
    });
  }
}
