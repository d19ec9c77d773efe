import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FieldError } from '../../../../core/errors/app-error.js';

/** A device that did not get the config, and why. */
export class FailedAssignmentResponse {
  @ApiProperty({ format: 'uuid' })
  device_id!: string;

  @ApiProperty({ example: 'Living room' })
  device_name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'a4-cf-12-6b-00-7e' })
  mac_address!: string | null;

  @ApiProperty({ description: 'Stable; for programs.', example: 'config.unfit' })
  code!: string;

  @ApiProperty({ example: 'content.ssid is missing' })
  error!: string;

  @ApiPropertyOptional({
    type: 'array',
    items: {
      type: 'object',
      properties: { path: { type: 'string' }, message: { type: 'string' } },
      required: ['path', 'message'],
    },
    description: 'What is wrong with which field.',
    example: [{ path: 'content.ssid', message: 'is missing' }],
  })
  errors?: readonly FieldError[];
}

/** What became of an assignment. All that did not fail was saved. */
export class AssignmentResponse {
  @ApiProperty({ format: 'uuid' })
  label_id!: string;

  @ApiProperty({ description: 'How many devices wear the label.', example: 12 })
  devices!: number;

  @ApiProperty({ example: 3 })
  created!: number;

  @ApiProperty({ example: 8 })
  updated!: number;

  @ApiProperty({ description: 'They had it already.', example: 0 })
  unchanged!: number;

  @ApiProperty({ description: 'How many did not get it.', example: 1 })
  failed_count!: number;

  @ApiProperty({ type: [FailedAssignmentResponse], description: 'The first thousand of them.' })
  failed!: FailedAssignmentResponse[];

  @ApiProperty({ description: 'Nothing was done.', example: false })
  dry_run!: boolean;
}
