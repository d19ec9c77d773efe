import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { importStates, rowStatuses, type ImportState, type RowStatus } from '../device-import.js';

/** Which imports to list. */
export class ListDeviceImportsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: importStates })
  @IsOptional()
  @IsIn(importStates)
  state?: ImportState;
}

/** Which rows of an import to list. */
export class ListImportRowsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: rowStatuses })
  @IsOptional()
  @IsIn(rowStatuses)
  status?: RowStatus;
}
