import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import type { GivenRelation } from '../given-entity.rules.js';

const related = ['ASSET', 'DEVICE'] as const;

/** Which relation is asked for. */
export class RelationQuery {
  @ApiProperty({ format: 'uuid' })
  @IsUUID('all')
  fromId!: string;

  @ApiProperty({ enum: ['ASSET'] })
  @IsIn(['ASSET'])
  fromType!: 'ASSET';

  @ApiProperty({ format: 'uuid' })
  @IsUUID('all')
  toId!: string;

  @ApiProperty({ enum: related })
  @IsIn(related)
  toType!: (typeof related)[number];

  @ApiProperty({ enum: ['Contains'] })
  @IsIn(['Contains'])
  relationType!: 'Contains';

  @ApiPropertyOptional({ enum: ['COMMON'] })
  @IsOptional()
  @IsIn(['COMMON'])
  relationTypeGroup?: 'COMMON';
}

export function relationOf({ fromId, fromType, toId, toType }: RelationQuery): GivenRelation {
  return { from: { type: fromType, id: fromId.toLowerCase() }, to: { type: toType, id: toId.toLowerCase() } };
}
