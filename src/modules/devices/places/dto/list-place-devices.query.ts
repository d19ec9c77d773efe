import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { ListDevicesQuery } from '../../dto/list-devices.query.js';

/** Which devices of a place to list, and how. */
export class ListPlaceDevicesQuery extends OmitType(ListDevicesQuery, ['place_id']) {
  @ApiPropertyOptional({ type: Boolean, description: 'Also those in all places below it.', default: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  deep: boolean = false;
}
