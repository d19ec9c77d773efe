import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsJsonObject, IsText } from '../../../../core/json/is-storable.decorator.js';

/** A new one-time token. What is wrong with `lifetime_minutes` is said in document 002’s words, so the service looks at it. */
export class IssueTokenRequest {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 500, example: 'Line A ESP32' })
  @IsOptional()
  @IsText({ min: 0, max: 500 })
  notes?: string | null;

  @ApiPropertyOptional({ type: Object, additionalProperties: true })
  @IsOptional()
  @IsJsonObject({ maxBytes: 4_096, maxDepth: 10 })
  metadata?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 5_256_000,
    description: 'After so many minutes it is refused; never when absent.',
    example: 60,
  })
  @IsOptional()
  lifetime_minutes?: unknown;
}
