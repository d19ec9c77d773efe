import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import type { NamedOffer } from '../firmware-offer.entity.js';

/** Which asset a profile offers its devices. */
export class OfferFirmwareRequest {
  @ApiProperty({
    description: 'The name of an asset that is an image of an ESP32.',
    example: 'thermostat.bin',
    maxLength: 100,
  })
  @IsText({ max: 100 })
  filename!: string;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    description: 'Hold the fleet to this version of it; null or absent: always the newest that is an image.',
    example: 7,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version?: number | null;
}

/** What a profile offers. */
export class FirmwareOfferResponse {
  @ApiProperty({ example: 'thermostat.bin' })
  filename: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: always the newest that is an image.' })
  version: number | null;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor({ filename, pinnedVersion, updatedAt }: NamedOffer) {
    this.filename = filename;
    this.version = pinnedVersion;
    this.updated_at = updatedAt.toISOString();
  }
}
