import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** Which DevEUIs to list, in their order. */
export class ListUnknownDevicesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those that contain this, in either case.', example: '24e1' })
  @IsOptional()
  @IsText({ max: 64 })
  dev_eui?: string;
}
