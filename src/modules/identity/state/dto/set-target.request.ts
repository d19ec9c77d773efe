import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsJsonObject } from '../../../../core/json/is-storable.decorator.js';

const limits = { maxBytes: 65_536, maxDepth: 32 };

/** What this instance is to run. */
export class SetTargetRequest {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'By their ids.',
    example: { '1001': { appId: 1001, appName: 'My App', services: [] } },
  })
  @IsJsonObject(limits)
  apps!: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { logLevel: 'info' } })
  @IsOptional()
  @IsJsonObject(limits)
  config?: Record<string, unknown>;
}
