import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsRFC3339, IsUUID } from 'class-validator';
import { CursorQuery } from '../../../../core/http/paging/cursor.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { actorKinds } from '../audit-entry.contract.js';

const message = '$property must be a time like 2026-11-20T12:00:00Z';

/** Which changes to list. */
export class ListAuditQuery extends CursorQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was changed at this time or later.' })
  @IsOptional()
  @IsRFC3339({ message })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what was changed before this time.' })
  @IsOptional()
  @IsRFC3339({ message })
  to?: string;

  @ApiPropertyOptional({ enum: actorKinds, description: 'Only by actors of this kind.' })
  @IsOptional()
  @IsIn(actorKinds)
  actor_kind?: (typeof actorKinds)[number];

  @ApiPropertyOptional({ format: 'uuid', description: 'Only by this user or API key.' })
  @IsOptional()
  @IsUUID()
  actor_id?: string;

  @ApiPropertyOptional({ description: 'Only this action.', example: 'label.updated' })
  @IsOptional()
  @IsText({ max: 100 })
  action?: string;

  @ApiPropertyOptional({ description: 'Only changes of this kind of thing.', example: 'label' })
  @IsOptional()
  @IsText({ max: 100 })
  subject_kind?: string;

  @ApiPropertyOptional({ description: 'Only changes of this one thing.' })
  @IsOptional()
  @IsText({ max: 200 })
  subject_id?: string;

  @ApiPropertyOptional({ description: 'Only what this request changed.' })
  @IsOptional()
  @IsText({ max: 128 })
  request_id?: string;
}
