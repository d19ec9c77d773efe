import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsUUID } from 'class-validator';
import { ListOfTexts, SeriesQuery } from './series.query.js';

/** The same for several devices. */
export class SeveralSeriesQuery extends SeriesQuery {
  @ApiProperty({
    type: String,
    description: 'Ids with commas between them.',
    example: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90,01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a91',
  })
  @ListOfTexts()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  device_ids!: string[];
}
