import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { anyJson } from '../../../core/json/any-json.js';
import { IsBoolean, IsOptional } from 'class-validator';
import { IsJsonValue, IsText } from '../../../core/json/is-storable.decorator.js';

/** One thing that a function says it can be given. */
export class FunctionParameterRequest {
  @ApiProperty({ example: 'threshold', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiProperty({ example: 'number', maxLength: 50 })
  @IsText({ max: 50 })
  type!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 500 })
  @IsOptional()
  @IsText({ min: 0, max: 500 })
  description?: string | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true, default: false })
  @IsOptional()
  @IsBoolean()
  required?: boolean | null;

  @ApiPropertyOptional({ ...anyJson, description: 'Any JSON value, up to 4 KiB.', example: 25 })
  @IsJsonValue({ maxBytes: 4_096, maxDepth: 16 })
  default?: unknown;
}
