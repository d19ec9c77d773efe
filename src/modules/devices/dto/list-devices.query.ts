import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsRFC3339, IsUUID, Matches } from 'class-validator';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { deviceStatuses, type DeviceStatus } from '../device-state.entity.js';
import { deviceUuidPattern, devEuiPattern, macPattern } from '../device.rules.js';

const sorts = [
  'name',
  '-name',
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'last_seen_at',
  '-last_seen_at',
  'dev_eui',
  '-dev_eui',
  'status',
  '-status',
] as const;
const time = '$property must be a time like 2026-11-20T12:00:00Z';

/** Which devices to list, and how. */
export class ListDevicesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'greenhouse' })
  @IsOptional()
  @IsText({ max: 200 })
  name?: string;

  @ApiPropertyOptional({
    description:
      'Only devices whose name, DevEUI, MAC, serial number, UUID, site or description contains this, without case.',
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

  @ApiPropertyOptional({ description: 'However it is written.', example: 'a4:cf:12:6b:00:7e' })
  @IsOptional()
  @Matches(macPattern, { message: 'must be a MAC address' })
  mac?: string;

  @ApiPropertyOptional({ example: 'SN-004711' })
  @IsOptional()
  @IsText({ max: 100 })
  serial?: string;

  @ApiPropertyOptional({ example: '0b7c2f3e-5a4d-4c1e-9f00-7d1f2a3b4c5d' })
  @IsOptional()
  @Matches(deviceUuidPattern, { message: 'must be 1 to 64 of A-Z a-z 0-9 . _ -' })
  uuid?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only devices that were seen at this time or later.' })
  @IsOptional()
  @IsRFC3339({ message: time })
  last_seen_from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only devices that were last seen before this time.' })
  @IsOptional()
  @IsRFC3339({ message: time })
  last_seen_to?: string;

  @ApiPropertyOptional({ enum: sorts, default: '-created_at' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = '-created_at';
}

/** What of it chooses devices, apart from the page. */
export type DeviceFilter = Partial<Omit<ListDevicesQuery, 'skip' | 'limit' | 'sort'>>;
