import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsOptional } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { integrationTypes, type IntegrationType } from '../config/integration-config.js';
import { configSchema } from './integration-config.schema.js';

/** A new integration. */
export class CreateIntegrationRequest {
  @ApiProperty({ description: 'Unique in the tenant.', example: 'Cold chain alerts', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiProperty({ enum: integrationTypes })
  @IsIn(integrationTypes)
  type!: IntegrationType;

  @ApiProperty(configSchema)
  @IsObject()
  config!: Record<string, unknown>;

  @ApiPropertyOptional({ default: true, description: 'While false, deliveries wait.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}
