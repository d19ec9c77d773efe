import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Which attributes a device asks for; without either, all. */
export class AttributesQuery {
  @ApiPropertyOptional({ description: 'Of what the device reported, with commas between.', example: 'fw,uptime' })
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  clientKeys?: string;

  @ApiPropertyOptional({ description: 'Of its target, with commas between.', example: 'interval' })
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  sharedKeys?: string;
}
