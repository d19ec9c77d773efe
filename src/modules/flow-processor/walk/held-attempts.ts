import { Injectable } from '@nestjs/common';
import { Queue } from '../../../core/queue/queue.js';
import { AttemptsService } from '../../runs/deliveries/attempts.service.js';
import type { HeldAttempt } from './run-ledger.js';

/** Goes on with the attempts whose runs are saved: each is now a delivery's own job, held by this process. */
@Injectable()
export class HeldAttempts {
  constructor(
    private readonly queue: Queue,
    private readonly attempts: AttemptsService,
  ) {}

  goOn(held: HeldAttempt[]): void {
    for (const { job, tried, leave } of held) {
      this.attempts.handOver(job.id, tried);
      this.queue.runHeld('deliveries', job);
      // From here on it is counted as a job.
      leave();
    }
  }
}
