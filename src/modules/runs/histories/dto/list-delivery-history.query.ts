import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { HistoryQuery } from '../../../../core/http/paging/history.query.js';

export const deliveryStatuses = ['delivered', 'waiting', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Which deliveries to list. */
export class ListDeliveryHistoryQuery extends HistoryQuery {
  @ApiPropertyOptional({ enum: deliveryStatuses })
  @IsOptional()
  @IsIn(deliveryStatuses)
  status?: DeliveryStatus;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only deliveries of this flow.' })
  @IsOptional()
  @IsUUID('all')
  flow_id?: string;
}
