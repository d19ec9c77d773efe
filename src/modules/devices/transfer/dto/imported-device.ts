import { OmitType } from '@nestjs/swagger';
import { Allow, ArrayMaxSize, IsArray, IsIn, IsOptional, IsUUID } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { deviceStatuses, type DeviceStatus } from '../../device-state.entity.js';
import { maxLabels, RegisterDeviceRequest } from '../../dto/register-device.request.js';

/** What a row of a file may say of a device: what a registration says, with names in the place of ids. */
export class ImportedDevice extends OmitType(RegisterDeviceRequest, ['status']) {
  /** Finds the device that was exported; of another tenant's file it says nothing. */
  @IsOptional()
  @IsUUID('all')
  id?: string | null;

  /** By name or id. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxLabels)
  @IsText({ max: 100 }, { each: true })
  labels?: string[] | null;

  @IsOptional()
  @IsText({ max: 200 })
  profile?: string | null;

  @IsOptional()
  @IsText({ max: 200 })
  place?: string | null;

  @IsOptional()
  @IsIn(deviceStatuses)
  status?: DeviceStatus | null;

  /** Exports tell these; nobody sets them. */
  @Allow()
  latest?: unknown;

  @Allow()
  last_seen_at?: unknown;

  @Allow()
  created_at?: unknown;

  @Allow()
  updated_at?: unknown;
}
