import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { ReplayVersion } from '../run-replays.service.js';

const versions = ['current', 'original'] as const;

/** How a run is repeated. */
export class ReplayRunQuery {
  @ApiPropertyOptional({
    enum: versions,
    default: 'current',
    description: 'The flow as it is now, or as it was when the run was made.',
  })
  @IsIn(versions)
  version: ReplayVersion = 'current';
}
