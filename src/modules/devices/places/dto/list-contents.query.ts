import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';

export const contentKinds = ['place', 'device'] as const;

/** Which of the things that a place contains. */
export class ListContentsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: contentKinds, description: 'Only places, or only devices.' })
  @IsOptional()
  @IsIn(contentKinds)
  kind?: (typeof contentKinds)[number];
}
