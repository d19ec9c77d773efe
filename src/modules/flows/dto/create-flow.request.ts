import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsOptional } from 'class-validator';
import { IsJsonObject, IsText } from '../../../core/json/is-storable.decorator.js';
import { maxCanvasBytes } from '../graph/canvas.js';
import { edgesSchema, layoutSchema, nodesSchema } from './canvas.schema.js';

/** A new flow; it may be made empty and filled later. */
export class CreateFlowRequest {
  @ApiProperty({ description: 'Unique in the tenant.', example: 'Cold chain', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiPropertyOptional(nodesSchema)
  @IsOptional()
  @IsArray()
  nodes?: unknown[] | null;

  @ApiPropertyOptional(edgesSchema)
  @IsOptional()
  @IsArray()
  edges?: unknown[] | null;

  @ApiPropertyOptional(layoutSchema)
  @IsOptional()
  @IsJsonObject({ maxBytes: maxCanvasBytes, maxDepth: 32 })
  layout?: Record<string, unknown> | null;

  @ApiPropertyOptional({ default: true, description: 'While false, no event starts it.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}
