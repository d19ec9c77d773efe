import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { colorFormats, type ColorFormatName } from '../lvgl/lvgl-image.rules.js';

const names = Object.keys(colorFormats) as ColorFormatName[];
const maxSide = 65_535;

/** Which image to convert, and how. */
export class ProxiedImageQuery {
  @ApiProperty({
    description: 'Where the image is: http or https, PNG, JPEG, GIF or WebP, at most 5 MiB and 16 million pixels.',
    example: 'https://example.com/weather.png',
    minLength: 1,
    maxLength: 4096,
  })
  @IsText({ max: 4096 })
  url!: string;

  @ApiPropertyOptional({ description: 'The image is made at most as wide, in pixels; never wider than it is.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxSide)
  width?: number;

  @ApiPropertyOptional({ description: 'The image is made at most as high, in pixels; never higher than it is.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxSide)
  height?: number;

  @ApiPropertyOptional({
    description:
      'Names of headers of this request, with commas between them, that the image’s server is to be told. Each must be there.',
    example: 'x-display-token',
    maxLength: 1024,
  })
  @IsOptional()
  @IsText({ min: 0, max: 1024 })
  headers?: string;

  @ApiPropertyOptional({ enum: names, default: 'ARGB8888', description: 'The colour format of the LVGL image.' })
  @IsIn(names)
  cf: ColorFormatName = 'ARGB8888';
}
