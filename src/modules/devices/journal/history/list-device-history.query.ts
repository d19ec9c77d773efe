import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { HistoryQuery } from '../../../../core/http/paging/history.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** Which device events to list. */
export class ListDeviceHistoryQuery extends HistoryQuery {
  @ApiPropertyOptional({ description: 'Only events of this name.', example: 'up' })
  @IsOptional()
  @IsText({ max: 64 })
  event?: string;
}
