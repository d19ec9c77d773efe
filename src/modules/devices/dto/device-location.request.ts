import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';

/** Where a device stands. */
export class DeviceLocationRequest {
  @ApiProperty({ description: 'Degrees north.', example: 52.3731, minimum: -90, maximum: 90 })
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude!: number;

  @ApiProperty({ description: 'Degrees east.', example: 4.8922, minimum: -180, maximum: 180 })
  @IsNumber()
  @Min(-180)
  @Max(180)
  longitude!: number;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Metres above sea level.', example: 2 })
  @IsOptional()
  @IsNumber()
  @Min(-12_000)
  @Max(100_000)
  altitude?: number | null;

  @ApiPropertyOptional({ description: 'Who said so.', example: 'gps', default: 'manual', maxLength: 50 })
  @IsOptional()
  @IsText({ max: 50 })
  source?: string | null;
}
