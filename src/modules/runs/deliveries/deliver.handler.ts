import { Injectable, type OnModuleInit } from '@nestjs/common';
import { derivedId, timeOf } from '../../../core/ids/uuid-v7.js';
import { unpack } from '../../../core/packing/packed.js';
import type { ClaimedJob, JobHandler } from '../../../core/queue/job.js';
import { Queue } from '../../../core/queue/queue.js';
import { Clock } from '../../../core/time/clock.js';
import type { DestinationRef } from '../channels/channels.service.js';
import { CompletionService } from '../completion/completion.service.js';
import type { Attempt, EndedRow, Results } from '../completion/results.contract.js';
import { AttemptsService, type FailedAttempt, type Tried } from './attempts.service.js';
import { WaitingDeliveriesRepository, type WaitingDelivery } from './waiting-deliveries.repository.js';

/** The lane of a disabled entity is closed; until every process has heard of it, its jobs are not turned round and round. */
const notMadeMs = 1_000;

/** Jobs of kind `deliver`: the next attempt of one waiting delivery, alone, and what follows from it. */
@Injectable()
export class DeliverHandler implements JobHandler, OnModuleInit {
  readonly kind = 'deliver';

  constructor(
    private readonly queue: Queue,
    private readonly waiting: WaitingDeliveriesRepository,
    private readonly attempts: AttemptsService,
    private readonly completion: CompletionService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    const tenant = { id: job.tenantId };
    const delivery = await this.waiting.find(tenant, job.id);
    if (delivery === null) {
      await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results: {} });
      return;
    }
    const tried = await (this.attempts.takeOver(job.id) ?? this.attempt(delivery, signal, job.isProbe));
    if (tried.outcome.status === 'failed' && signal.aborted) {
      throw new Error('the process ends; the attempt is made again elsewhere with the same id');
    }
    const results = await this.resultsOf(delivery, tried);
    await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results });
  }

  private attempt(delivery: WaitingDelivery, signal: AbortSignal, isProbe?: boolean): Promise<Tried> {
    const message = {
      deliveryId: delivery.id,
      runId: delivery.run_id,
      flowId: delivery.flow_id,
      nodeId: delivery.node_id,
      deviceId: delivery.device_id,
      messageJson: unpack(delivery.payload).toString(),
    };
    return this.attempts.make({ id: delivery.tenant_id }, destinationOf(delivery), message, signal, isProbe);
  }

  private async resultsOf(delivery: WaitingDelivery, { attempt, outcome }: Tried): Promise<Results> {
    if (outcome.status === 'failed' && outcome.notMade === true)
      return this.again(delivery, delivery.attempts, notMadeMs);
    const attempts = [...delivery.attempts, attempt];
    if (outcome.status === 'delivered') return this.delivered(delivery, attempts);
    const tenant = { id: delivery.tenant_id };
    const made = attempts.length - delivery.attempts_before;
    const delayMs = await this.attempts.delayAfter(tenant, destinationOf(delivery), made, outcome);
    return delayMs === null ? this.failed(delivery, attempts, outcome) : this.again(delivery, attempts, delayMs);
  }

  private again({ tenant_id, destination_id }: WaitingDelivery, attempts: Attempt[], delayMs: number): Results {
    return { retried: [{ tenant_id, destination_id, delay_ms: delayMs, attempts: JSON.stringify(attempts) }] };
  }

  /**
   * Where steps follow, the run stays pending: the continuation takes the delivery's place in the count. One that was
   * delivered before it was replayed has had its steps, which are not run again.
   */
  private delivered(delivery: WaitingDelivery, attempts: Attempt[]): Results {
    const ended = [this.ended(delivery, attempts, null)];
    const { tenant_id, run_id, node_id, seq, input_seq } = delivery;
    const hadItsSteps = delivery.attempts.some(({ status }) => status === 'delivered');
    if (!delivery.continues || hadItsSteps) {
      const succeeded = delivery.continues ? 0 : 1;
      return { ended, progress: [{ tenant_id, run_id, pending: -1, succeeded, failed: 0, errors: '[]' }] };
    }
    const id = derivedId(timeOf(run_id), 'continue', run_id, seq);
    const payload = { run_id, node_id, seq, input_seq, message: unpack(delivery.payload).toString() };
    return { ended, continuations: [{ id, tenant_id, payload: JSON.stringify(payload) }] };
  }

  private failed(delivery: WaitingDelivery, attempts: Attempt[], outcome: FailedAttempt): Results {
    const { tenant_id, run_id, node_id } = delivery;
    const errors = JSON.stringify([{ node_id, error: attempts.at(-1)?.error ?? outcome.code }]);
    return {
      ended: [this.ended(delivery, attempts, outcome.code)],
      progress: [{ tenant_id, run_id, pending: -1, succeeded: 0, failed: 1, errors }],
    };
  }

  private ended(delivery: WaitingDelivery, attempts: Attempt[], code: string | null): EndedRow {
    const { id, tenant_id, run_id, flow_id, destination_id, created_at, seq, input_seq, node_id } = delivery;
    return {
      ...{ id, tenant_id, run_id, flow_id, destination_id, created_at, seq, input_seq, node_id, code },
      finished_at: this.clock.now(),
      status: code === null ? 'delivered' : 'failed',
      attempts: JSON.stringify(attempts),
    };
  }
}

function destinationOf({ destination_type: type, destination_id: id }: WaitingDelivery): DestinationRef {
  return { type, id };
}
