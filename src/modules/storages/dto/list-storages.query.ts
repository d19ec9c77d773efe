import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { storageTypes, type StorageType } from '../config/storage-config.js';

const sorts = ['name', '-name', 'created_at', '-created_at'] as const;
const statuses = ['active', 'inactive'] as const;

/** Which storages to list, and how. */
export class ListStoragesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'alert' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ enum: storageTypes })
  @IsOptional()
  @IsIn(storageTypes)
  type?: StorageType;

  @ApiPropertyOptional({ enum: statuses })
  @IsOptional()
  @IsIn(statuses)
  status?: (typeof statuses)[number];

  @ApiPropertyOptional({ enum: sorts, default: 'name' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'name';
}
