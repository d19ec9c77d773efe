import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { ClaimedJob, JobHandler } from '../../../core/queue/job.js';
import { Queue } from '../../../core/queue/queue.js';
import { AdoptionRepository } from './adoption.repository.js';
import { adoptParkedKind, ParkedMoves, type AdoptParkedJob } from './parked-moves.js';

/** Jobs of kind `adopt-parked`: whatever is still parked for a device that is there, batch by batch until nothing is left. */
@Injectable()
export class AdoptParkedHandler implements JobHandler, OnModuleInit {
  readonly kind = adoptParkedKind;

  constructor(
    private readonly queue: Queue,
    private readonly adoptions: AdoptionRepository,
    private readonly moves: ParkedMoves,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    let isMore = true;
    while (isMore) {
      signal.throwIfAborted();
      isMore = await this.batch(job);
      this.queue.hint('events');
    }
  }

  /** Its device may be retired by now: then the messages stay parked, as those that come after it. */
  private async batch(job: ClaimedJob): Promise<boolean> {
    const tenant = { id: job.tenantId };
    const { dev_eui } = job.payload as AdoptParkedJob;
    return this.transactions.run(async (tx) => {
      if (!(await this.adoptions.holds(tx, job))) return false;
      const deviceId = await this.adoptions.findDevice(tx, tenant, dev_eui);
      const isMore = deviceId !== null && (await this.moves.batch(tx, tenant, dev_eui, deviceId));
      if (!isMore) await this.adoptions.end(tx, job);
      return isMore;
    });
  }
}
