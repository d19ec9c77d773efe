import { ApiProperty } from '@nestjs/swagger';
import type { Membership } from '../../membership.entity.js';
import { roles, type Role } from '../../principal.decorator.js';
import type { Row } from '../../row.js';

/** What an invitation has made of its bearer. */
export class AcceptedInvitationResponse {
  @ApiProperty({ format: 'uuid', description: 'Where `POST /auth/switch` leads.' })
  tenant_id: string;

  @ApiProperty({ format: 'uuid' })
  user_id: string;

  @ApiProperty({ enum: roles, example: 'editor' })
  role: Role;

  constructor(membership: Row<Membership>) {
    this.tenant_id = membership.tenantId;
    this.user_id = membership.userId;
    this.role = membership.role;
  }
}
