import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { ListDeliveryHistoryQuery } from '../../histories/dto/list-delivery-history.query.js';

/** Which deliveries to list. */
export class ListDeliveriesQuery extends ListDeliveryHistoryQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only deliveries to this integration.' })
  @IsOptional()
  @IsUUID('all')
  integration_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only deliveries to this storage.' })
  @IsOptional()
  @IsUUID('all')
  storage_id?: string;
}
