import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { ListIntegrationHistoryQuery } from '../../histories/dto/list-integration-history.query.js';

/** Which deliveries to list. */
export class ListDeliveriesQuery extends ListIntegrationHistoryQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only deliveries to this integration.' })
  @IsOptional()
  @IsUUID('all')
  integration_id?: string;
}
