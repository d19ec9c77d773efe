import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { HistoryQuery } from '../../../../core/http/paging/history.query.js';
import { twinSides, type TwinSide } from '../twin-change.entity.js';

/** Which changes of a twin to list. */
export class ListTwinHistoryQuery extends HistoryQuery {
  @ApiPropertyOptional({ enum: twinSides, description: 'Only changes of this side.' })
  @IsOptional()
  @IsIn(twinSides)
  side?: TwinSide;
}
