import { Global, Module } from '@nestjs/common';
import { JobsRepository } from './jobs.repository.js';
import { LaneStates } from './lane-states.js';
import { LaneTraffic } from './lane-traffic.js';
import { Lanes } from './lanes.js';
import { Queue } from './queue.js';
import { WorkerLease } from './worker-lease.js';

@Global()
@Module({
  providers: [JobsRepository, LaneStates, LaneTraffic, Lanes, Queue, WorkerLease],
  exports: [LaneStates, LaneTraffic, Lanes, Queue],
})
export class QueueModule {}
