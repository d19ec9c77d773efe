import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsJsonObject, IsText } from '../../../core/json/is-storable.decorator.js';
import { appKeyPattern, devEuiPattern, deviceUuidPattern, macPattern } from '../device.rules.js';
import { DeviceLocationRequest } from './device-location.request.js';

export const metadataLimits = { maxBytes: 16_384, maxDepth: 32 };
/** More labels than this on one device are a mistake, and every message carries their names. */
export const maxLabels = 100;

/** What can be said of a device at its registration and later. */
export class DeviceFields {
  @ApiProperty({ example: 'Greenhouse 3, north', maxLength: 200 })
  @IsText({ max: 200 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: '16 hex digits.', example: '24E124136D151234' })
  @IsOptional()
  @Matches(devEuiPattern, { message: 'must be 16 hex digits' })
  dev_eui?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Read back as xx-xx-xx-xx-xx-xx.',
    example: 'a4:cf:12:6b:00:7e',
  })
  @IsOptional()
  @Matches(macPattern, { message: 'must be a MAC address as xx:xx:xx:xx:xx:xx, xx-xx-xx-xx-xx-xx or 12 hex digits' })
  mac?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '0b7c2f3e-5a4d-4c1e-9f00-7d1f2a3b4c5d' })
  @IsOptional()
  @Matches(deviceUuidPattern, { message: 'must be 1 to 64 of A-Z a-z 0-9 . _ -' })
  uuid?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'SN-004711', maxLength: 100 })
  @IsOptional()
  @IsText({ max: 100 })
  serial?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: '16 hex digits.', example: '70B3D57ED0000001' })
  @IsOptional()
  @Matches(devEuiPattern, { message: 'must be 16 hex digits' })
  app_eui?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: '32 hex digits. Write-only: read back as a mask, which keeps it when it is sent back.',
    example: '********',
  })
  @IsOptional()
  @Matches(appKeyPattern, { message: 'must be 32 hex digits' })
  app_key?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Free text.',
    example: 'Naaldwijk, bay 12',
    maxLength: 200,
  })
  @IsOptional()
  @IsText({ min: 0, max: 200 })
  site?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'What it has in common with others. At its registration the profile gives what is not said here.',
  })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'The place it stands in.' })
  @IsOptional()
  @IsUUID('all')
  place_id?: string | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description:
      'Minutes in which at least one message is expected; then it is offline. Without it its profile’s expected_interval counts.',
    example: 30,
    minimum: 1,
    maximum: 1440,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_440)
  expected_transmit_time?: number | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'The labels it wears.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxLabels)
  @IsUUID('all', { each: true })
  label_ids?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, deprecated: true, description: 'The same as label_ids.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxLabels)
  @IsUUID('all', { each: true })
  labelsId?: string[] | null;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    description: 'Anything, up to 16 KiB; flows see it.',
    example: { crop: 'tomato' },
  })
  @IsOptional()
  @IsJsonObject(metadataLimits)
  metadata?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: DeviceLocationRequest, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DeviceLocationRequest)
  location?: DeviceLocationRequest | null;
}

const firstStatuses = ['never_seen', 'maintenance'] as const;

/** A new device; only its name is required. */
export class RegisterDeviceRequest extends DeviceFields {
  @ApiPropertyOptional({ enum: firstStatuses, default: 'never_seen' })
  @IsOptional()
  @IsIn(firstStatuses)
  status?: (typeof firstStatuses)[number] | null;
}
