import { ApiProperty } from '@nestjs/swagger';
import type { GivenRelation } from '../given-entity.rules.js';
import { EntityIdResponse } from './entity-id.response.js';

/** That one thing stands in another. */
export class RelationResponse {
  @ApiProperty({ type: EntityIdResponse })
  from: EntityIdResponse;

  @ApiProperty({ type: EntityIdResponse })
  to: EntityIdResponse;

  @ApiProperty({ enum: ['Contains'] })
  readonly type = 'Contains';

  @ApiProperty({ enum: ['COMMON'] })
  readonly typeGroup = 'COMMON';

  @ApiProperty({ type: Object, nullable: true })
  readonly additionalInfo: object | null = null;

  constructor({ from, to }: GivenRelation) {
    this.from = new EntityIdResponse(from.type, from.id);
    this.to = new EntityIdResponse(to.type, to.id);
  }
}
