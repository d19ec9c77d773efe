import { ApiProperty } from '@nestjs/swagger';
import { parkedReasons, type ParkedJob, type ParkedReason } from '../../core/queue/parked-job.js';

/** A job that was given up, or has just been let go. */
export class ParkedJobResponse {
  @ApiProperty({ format: 'uuid', description: 'Also the id of what it is about: of the event, of the delivery.' })
  readonly id: string;

  @ApiProperty({ format: 'uuid' })
  readonly tenant_id: string;

  @ApiProperty({ format: 'uuid', description: 'The tenant for events, the integration for deliveries.' })
  readonly lane_id: string;

  @ApiProperty({ example: 'process-event' })
  readonly kind: string;

  @ApiProperty({ enum: parkedReasons, nullable: true, description: 'Why it is parked; null once it was let go.' })
  readonly state: ParkedReason | null;

  @ApiProperty({ description: 'In how many crashes of a process it was held.', example: 4 })
  readonly crashes: number;

  @ApiProperty({ description: 'In how many of them it ran alone.', example: 3 })
  readonly alone_crashes: number;

  @ApiProperty({ format: 'date-time', description: 'When it was given back by the last crash, or is due.' })
  readonly run_at: string;

  constructor(job: ParkedJob) {
    this.id = job.id;
    this.tenant_id = job.tenantId;
    this.lane_id = job.laneId;
    this.kind = job.kind;
    this.state = job.state;
    this.crashes = job.crashes;
    this.alone_crashes = job.aloneCrashes;
    this.run_at = job.runAt.toISOString();
  }
}
