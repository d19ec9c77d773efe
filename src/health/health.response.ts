import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

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
    example: { database: 'up', schema: 'up' },
  })
  checks?: Record<string, string>;
}
