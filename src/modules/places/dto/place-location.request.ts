import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsNumber, IsOptional, Max, Min } from 'class-validator';

/** The coordinates of a place. */
export class PlaceLocationRequest {
  @ApiProperty({ example: 52.0116, minimum: -90, maximum: 90 })
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude!: number;

  @ApiProperty({ example: 4.3571, minimum: -180, maximum: 180 })
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
}

/** Part of the coordinates; null takes the part away. */
export class PlaceLocationPatch extends PartialType(PlaceLocationRequest) {}
