import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Which attributes are asked for; without keys, all. */
export class AttributeKeysQuery {
  @ApiPropertyOptional({ description: 'With commas between.', example: 'latitude,longitude' })
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  keys?: string;
}
