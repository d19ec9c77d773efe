import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsIn, IsOptional, IsRFC3339, Matches } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { aggregates, type Aggregate } from '../series.repository.js';

const message = '$property must be a time like 2026-11-20T12:00:00Z';

/** Texts with commas between them, or the parameter given several times. */
export const ListOfTexts = () =>
  Transform(({ value }: { value: unknown }) =>
    [value]
      .flat()
      .flatMap((item) => (typeof item === 'string' ? item.split(',') : [item]))
      .filter((item) => item !== ''),
  );

/** Which readings, of what time, and how they are put together. */
export class SeriesQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Dotted names with commas between them; else all that the device has sent.',
    example: 'temperature,air.humidity',
  })
  @IsOptional()
  @ListOfTexts()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsText({ max: 128 }, { each: true })
  keys?: string[];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'From this time on, by the messages’ own time; else a day before `to`.',
  })
  @IsOptional()
  @IsRFC3339({ message })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this time; else up to now.' })
  @IsOptional()
  @IsRFC3339({ message })
  to?: string;

  @ApiPropertyOptional({
    description:
      'The length of a bucket; they begin at whole multiples of it in UTC. Else the finest that makes at most 2,000 points.',
    example: '5m',
    pattern: '^[1-9][0-9]{0,5}[smhd]$',
  })
  @IsOptional()
  @Matches(/^[1-9]\d{0,5}[smhd]$/, { message: 'interval must be like 30s, 5m, 1h or 1d' })
  interval?: string;

  @ApiPropertyOptional({ enum: aggregates, default: 'avg', description: 'What a bucket shows of its points.' })
  @IsIn(aggregates)
  agg: Aggregate = 'avg';

  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';
}
