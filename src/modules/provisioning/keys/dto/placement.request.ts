import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsNumber, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** Where a device is taken to be that cannot be located. */
export class PlacementLocationRequest {
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

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Metres above sea level.' })
  @IsOptional()
  @IsNumber()
  @Min(-12_000)
  @Max(100_000)
  altitude?: number | null;
}

/** How the server places devices of a key by itself: country, state, device. What is absent is the tenant’s usual. */
export class PlacementRequest {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The profile of countries.', example: 'Country' })
  @IsOptional()
  @IsText({ max: 100 })
  country_profile?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The profile of states.', example: 'State' })
  @IsOptional()
  @IsText({ max: 100 })
  state_profile?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Where nothing else says one.', example: 'India' })
  @IsOptional()
  @IsText({ max: 200 })
  country?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Where nothing else says one.', example: 'Delhi' })
  @IsOptional()
  @IsText({ max: 200 })
  state?: string | null;

  @ApiPropertyOptional({ type: PlacementLocationRequest, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlacementLocationRequest)
  location?: PlacementLocationRequest | null;
}
