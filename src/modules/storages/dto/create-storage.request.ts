import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { storageTypes, type StorageType } from '../config/storage-config.js';
import { StorageFields } from './storage-fields.js';

/** A new storage. */
export class CreateStorageRequest extends StorageFields {
  @ApiProperty({ description: 'Unique in the tenant.', example: 'Climate archive', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiProperty({ enum: storageTypes, description: 'influxdb is 1.x, influxdb2 is 2.x.' })
  @IsIn(storageTypes)
  type!: StorageType;

  @ApiPropertyOptional({ default: true, description: 'While false, deliveries wait.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}
