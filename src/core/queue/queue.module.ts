import { Global, Module } from '@nestjs/common';
import { JobsRepository } from './jobs.repository.js';
import { Lanes } from './lanes.js';
import { Queue } from './queue.js';
import { WorkerLease } from './worker-lease.js';

@Global()
@Module({ providers: [JobsRepository, Lanes, Queue, WorkerLease], exports: [Lanes, Queue] })
export class QueueModule {}
