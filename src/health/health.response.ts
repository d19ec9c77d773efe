import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What waits on this server's disk for the database. */
export class SpoolDepthResponse {
  @ApiProperty({ example: 1500 })
  records!: number;

  @ApiProperty({ example: 1_140_000 })
  bytes!: number;

  @ApiProperty({ description: 'For how long the oldest message has waited.', example: 30.2 })
  oldest_age_seconds!: number;
}

const states = ['healthy', 'degraded', 'unhealthy'] as const;

/** How this process is. */
export class HealthResponse {
  @ApiProperty({ enum: states })
  status!: (typeof states)[number];

  @ApiPropertyOptional({ description: 'Why it is not healthy.', example: 'database: does not answer' })
  reason?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'degraded', 'down'] },
    example: { database: 'up', schema: 'up', spool: 'up' },
  })
  checks?: Record<string, string>;

  @ApiPropertyOptional({
    type: SpoolDepthResponse,
    description: 'Messages that wait on this server’s disk for the database.',
  })
  spool?: SpoolDepthResponse;
}
