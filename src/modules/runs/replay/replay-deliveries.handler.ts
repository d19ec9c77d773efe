import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClaimedJob, JobHandler } from '../../../core/queue/job.js';
import { Queue } from '../../../core/queue/queue.js';
import { ReplayMessagesService } from './replay-messages.service.js';
import { ReplayedDeliveriesRepository } from './replayed-deliveries.repository.js';
import { ReplaysRepository } from './replays.repository.js';

/** A batch is one short statement: others who want the same lane of jobs come between two of them. */
const deliveriesAtOnce = 200;
const noId = '00000000-0000-0000-0000-000000000000';

/** Jobs of kind `replay-deliveries`: one batch of a replay, and the job of the next one. */
@Injectable()
export class ReplayDeliveriesHandler implements JobHandler, OnModuleInit {
  readonly kind = 'replay-deliveries';

  constructor(
    private readonly queue: Queue,
    private readonly replays: ReplaysRepository,
    private readonly deliveries: ReplayedDeliveriesRepository,
    private readonly messages: ReplayMessagesService,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob): Promise<void> {
    const tenant = { id: job.tenantId };
    const replay = await this.replays.find(tenant, job.id);
    const next = replay?.state === 'running' ? await this.deliveries.listNext(tenant, replay, deliveriesAtOnce) : [];
    const wanted = await this.messages.withMessages(tenant, next);
    const position = next.at(-1)?.id ?? replay?.position ?? noId;
    await this.deliveries.replayBatch(job, wanted, position, next.length < deliveriesAtOnce);
    this.queue.hint('events');
    this.queue.hint('deliveries');
  }
}
