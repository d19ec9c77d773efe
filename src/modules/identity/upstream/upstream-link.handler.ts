import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { ClaimedJob, JobHandler } from '../../../core/queue/job.js';
import { Queue } from '../../../core/queue/queue.js';
import type { UpstreamOutcome } from './upstream-outcome.js';
import { UpstreamProgress } from './upstream-progress.js';
import { UpstreamRegistrationsRepository } from './upstream-registrations.repository.js';
import { upstreamJobKind } from './upstream-registrations.service.js';

/**
 * Jobs of kind `upstream-link`, one for each registration that has not ended: the next attempt to register, or the next
 * heartbeat, and the job again for the one after. A row, so that it goes on after a restart, in whichever process.
 */
@Injectable()
export class UpstreamLinkHandler implements JobHandler, OnModuleInit {
  readonly kind = upstreamJobKind;
  private readonly logger = new Logger(UpstreamLinkHandler.name);

  constructor(
    private readonly queue: Queue,
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly progress: UpstreamProgress,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    const registration = await this.registrations.findLive({ id: job.tenantId }, job.id);
    if (registration === null) {
      await this.transactions.run((tx) => this.registrations.endJob(tx, job));
      return;
    }
    const outcome = await this.progress.attempt(registration, { isFirst: false, signal });
    // The server ends, and not the upstream: whoever has the job next makes the attempt.
    if (signal.aborted) throw new Error('the attempt was given up');
    this.say(outcome, registration.failures);
    await this.transactions.run(async (tx) => {
      const delayMs = await this.progress.settle(tx, registration, outcome);
      if (delayMs === null) await this.registrations.endJob(tx, job);
      else await this.registrations.comeAgain(tx, job, delayMs);
    });
  }

  /** Once for each time that it goes away, not for each try. */
  private say(outcome: UpstreamOutcome, failuresBefore: number): void {
    if (outcome.kind === 'refused') this.logger.warn({ reason: outcome.reason }, 'the registration has ended');
    if (outcome.kind === 'away' && failuresBefore === 0) {
      this.logger.warn({ reason: outcome.reason }, 'the upstream is away; it is tried again');
    }
    if (outcome.kind === 'done' && failuresBefore > 0) this.logger.log('the upstream is there again');
  }
}
