import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { replayStates, type ReplayState } from '../replay.js';

/** Which replays to list. */
export class ListReplaysQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all')
  integration_id?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all')
  storage_id?: string;

  @ApiPropertyOptional({ enum: replayStates })
  @IsOptional()
  @IsIn(replayStates)
  state?: ReplayState;
}
