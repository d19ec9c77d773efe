import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { deviceTokenStatuses, type DeviceTokenStatus } from '../device-token.rules.js';

/** Which one-time tokens to list. */
export class ListDeviceTokensQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all')
  device_id?: string;

  @ApiPropertyOptional({ enum: deviceTokenStatuses })
  @IsOptional()
  @IsIn(deviceTokenStatuses)
  status?: DeviceTokenStatus;

  override limit: number = 50;
}
