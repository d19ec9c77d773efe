import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';

const sorts = ['mac_address', '-mac_address', 'device_name', '-device_name', 'updated_at', '-updated_at'] as const;
const all = 10_000;

/** Which configs to list, and how. Whoever asks for nothing gets all of them, as document 003's clients expect. */
export class ListConfigsQuery {
  @ApiPropertyOptional({ default: 0, minimum: 0, maximum: 1_000_000, type: 'integer' })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  skip: number = 0;

  @ApiPropertyOptional({ default: all, minimum: 1, maximum: all, type: 'integer' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(all)
  limit: number = all;

  @ApiPropertyOptional({
    description: 'Only those whose MAC, device name or entity id contains this, without case.',
    example: 'living',
  })
  @IsOptional()
  @IsText({ max: 200 })
  q?: string;

  @ApiPropertyOptional({ description: 'Only those that allow updates over the air, or only those that do not.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  enable_ota?: boolean;

  @ApiPropertyOptional({ enum: sorts, default: 'mac_address' })
  @IsIn(sorts)
  sort: (typeof sorts)[number] = 'mac_address';
}
