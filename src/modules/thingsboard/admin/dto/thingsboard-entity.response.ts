import { ApiProperty } from '@nestjs/swagger';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { EntityIdResponse, type EntityType } from './entity-id.response.js';

/** What a row is made of that ThingsBoard's clients see. */
export interface ShownEntity {
  id: string;
  name: string;
  createdAt: Date;
}

/** What all rows have in common as ThingsBoard's clients see them. */
export class ThingsBoardEntityResponse {
  @ApiProperty({ type: EntityIdResponse })
  id: EntityIdResponse;

  @ApiProperty({ description: 'In milliseconds.', example: 1763715600000 })
  createdTime: number;

  @ApiProperty({ type: EntityIdResponse })
  tenantId: EntityIdResponse;

  @ApiProperty({ example: 'Delhi' })
  name: string;

  constructor(type: EntityType, tenant: Tenant, row: ShownEntity) {
    this.id = new EntityIdResponse(type, row.id);
    this.createdTime = row.createdAt.getTime();
    this.tenantId = new EntityIdResponse('TENANT', tenant.id);
    this.name = row.name;
  }
}
