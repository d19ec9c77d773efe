import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { liveTypes, type LiveType } from '../live-item.contract.js';

/** What to listen to. */
export class EventStreamQuery {
  @ApiPropertyOptional({
    enum: liveTypes,
    isArray: true,
    description: 'Only these, separated by commas; else all.',
    example: ['device_event', 'status_change'],
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(liveTypes, { each: true })
  types?: LiveType[];

  @ApiPropertyOptional({ format: 'uuid', description: 'Only what this device says, its turns and its runs.' })
  @IsOptional()
  @IsUUID('all')
  device_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only runs of this flow and their deliveries.' })
  @IsOptional()
  @IsUUID('all')
  flow_id?: string;
}
