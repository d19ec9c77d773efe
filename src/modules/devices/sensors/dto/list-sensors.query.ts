import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { maxLimit, PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** Which sensors, of which devices. */
export class ListSensorsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only of devices whose name contains this, without case.', example: 'room' })
  @IsOptional()
  @IsText({ max: 200 })
  name?: string;

  @ApiPropertyOptional({ description: 'Only readings of this key.', example: 'temperature' })
  @IsOptional()
  @IsText({ max: 128 })
  key?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only of this device.' })
  @IsOptional()
  @IsUUID('all')
  device_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only of devices of this profile.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only of devices that stand directly in this place.' })
  @IsOptional()
  @IsUUID('all')
  place_id?: string;
}

/** The same for a viewer, which shows all that there is. */
export class LatestReadingsQuery extends ListSensorsQuery {
  @ApiPropertyOptional({
    description: 'The most entries of one answer.',
    default: maxLimit,
    minimum: 1,
    maximum: maxLimit,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxLimit)
  override limit: number = maxLimit;
}
