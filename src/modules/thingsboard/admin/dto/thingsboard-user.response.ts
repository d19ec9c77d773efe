import { ApiProperty } from '@nestjs/swagger';
import type { UserPrincipal } from '../../../auth/principal.decorator.js';
import type { User } from '../../../auth/user.entity.js';
import { EntityIdResponse, noCustomer } from './entity-id.response.js';
import { ThingsBoardEntityResponse } from './thingsboard-entity.response.js';

const authorities = ['TENANT_ADMIN', 'CUSTOMER_USER'] as const;

/** The user who asks, as ThingsBoard's clients see one. */
export class ThingsBoardUserResponse extends ThingsBoardEntityResponse {
  @ApiProperty({ example: 'ann@example.com' })
  email: string;

  @ApiProperty({ enum: authorities, description: 'TENANT_ADMIN for admins.' })
  authority: (typeof authorities)[number];

  @ApiProperty({ type: EntityIdResponse })
  customerId = new EntityIdResponse('CUSTOMER', noCustomer);

  @ApiProperty({ type: String, nullable: true })
  firstName: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly lastName: string | null = null;

  constructor({ tenant, role }: UserPrincipal, user: User) {
    super('USER', tenant, { id: user.id, name: user.email, createdAt: user.createdAt });
    this.email = user.email;
    this.authority = role === 'admin' ? 'TENANT_ADMIN' : 'CUSTOMER_USER';
    this.firstName = user.username;
  }
}
