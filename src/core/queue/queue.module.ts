import { Global, Module } from '@nestjs/common';
import { Claims } from './claims.js';
import { JobRunner } from './job-runner.js';
import { JobsRepository } from './jobs.repository.js';
import { LaneStates } from './lane-states.js';
import { LaneTraffic } from './lane-traffic.js';
import { Lanes } from './lanes.js';
import { ParkedJobsRepository } from './parked-jobs.repository.js';
import { ParkedJobsService } from './parked-jobs.service.js';
import { Queue } from './queue.js';
import { Reaper } from './reaper.js';
import { Strays } from './strays.js';
import { Suspects } from './suspects.js';
import { SuspectsRepository } from './suspects.repository.js';
import { WorkerLease } from './worker-lease.js';

const working = [Claims, JobRunner, JobsRepository, Reaper, Strays, Suspects, SuspectsRepository, WorkerLease];

@Global()
@Module({
  providers: [...working, LaneStates, LaneTraffic, Lanes, ParkedJobsRepository, ParkedJobsService, Queue],
  exports: [LaneStates, LaneTraffic, Lanes, ParkedJobsService, Queue],
})
export class QueueModule {}
