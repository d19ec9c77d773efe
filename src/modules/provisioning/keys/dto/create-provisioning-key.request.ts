import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsISO8601,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { reregistrations, type Reregistration } from '../provisioning-key.contract.js';
import { PlacementRequest } from './placement.request.js';

/** A new provisioning key; only its name is required. */
export class CreateProvisioningKeyRequest {
  @ApiProperty({ description: 'Which fleet it is for.', example: 'Line A boards', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: Boolean, nullable: true, default: true, description: 'Whether devices may register.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 10_000_000,
    description: 'So many different devices may register with it; any number when absent.',
    example: 500,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  max_devices?: number | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'From when on it is refused; never when absent.',
    example: '2030-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expires_at?: string | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'The labels that its devices wear.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsUUID('all', { each: true })
  label_ids?: string[] | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'The profile of its devices.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'The place they stand in.' })
  @IsOptional()
  @IsUUID('all')
  place_id?: string | null;

  @ApiPropertyOptional({ type: PlacementRequest, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlacementRequest)
  placement?: PlacementRequest | null;

  @ApiPropertyOptional({
    type: String,
    enum: reregistrations,
    nullable: true,
    default: 'refuse',
    description:
      'When a device registers again that has used its key: 409; a new key, the old one ending when the new one is used; or an answer without a key.',
  })
  @IsOptional()
  @IsIn(reregistrations)
  reregistration?: Reregistration | null;
}
