import { ApiProperty } from '@nestjs/swagger';

export const entityTypes = [
  'ASSET',
  'ASSET_PROFILE',
  'CUSTOMER',
  'DEVICE',
  'DEVICE_PROFILE',
  'TENANT',
  'USER',
] as const;
/** What ThingsBoard calls a kind of row. */
export type EntityType = (typeof entityTypes)[number];

/** The customer of whatever has none. */
export const noCustomer = '13814000-1dd2-11b2-8080-808080808080';

/** How ThingsBoard's clients name anything. */
export class EntityIdResponse {
  @ApiProperty({ enum: entityTypes })
  entityType: EntityType;

  @ApiProperty({ format: 'uuid' })
  id: string;

  constructor(entityType: EntityType, id: string) {
    this.entityType = entityType;
    this.id = id;
  }
}
