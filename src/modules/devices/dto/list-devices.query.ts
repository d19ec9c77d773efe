import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { deviceStatuses, type DeviceStatus } from '../device-state.entity.js';
import { devEuiPattern } from '../device.rules.js';

const sorts = ['name', '-name', 'created_at', '-created_at', 'last_seen_at', '-last_seen_at'] as const;

/** Which devices to list, and how. */
export class ListDevicesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'greenhouse' })
  @IsOptional()
  @IsText({ max: 200 })
  name?: string;

  @ApiPropertyOptional({
    description: 'Only devices whose name, DevEUI, MAC or serial number contains this.',
    example: '24e1',
  })
  @IsOptional()
  @IsText({ max: 200 })
  q?: string;

  @ApiPropertyOptional({ enum: deviceStatuses })
  @IsOptional()
  @IsIn(deviceStatuses)
  status?: DeviceStatus;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only devices that wear this label.' })
  @IsOptional()
  @IsUUID('all')
  label_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only devices of this profile.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only devices that stand directly in this place.' })
  @IsOptional()
  @IsUUID('all')
  place_id?: string;

  @ApiPropertyOptional({ description: '16 hex digits.', example: '24E124136D151234' })
  @IsOptional()
  @Matches(devEuiPattern, { message: 'must be 16 hex digits' })
  dev_eui?: string;

  @ApiPropertyOptional({ enum: sorts, default: '-created_at' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = '-created_at';
}
