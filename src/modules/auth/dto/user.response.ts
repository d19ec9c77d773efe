import { ApiProperty } from '@nestjs/swagger';
import { roles, type Role } from '../principal.decorator.js';
import type { Row } from '../row.js';
import type { User } from '../user.entity.js';

/** A user, in the tenant that they look at now. */
export class UserResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'email', example: 'user@example.com' })
  email: string;

  @ApiProperty({ example: 'johndoe' })
  username: string;

  @ApiProperty({ description: 'Whether the user may log in.', example: true })
  is_active: boolean;

  @ApiProperty({ description: "Whether this is the platform's operator.", example: false })
  is_superuser: boolean;

  @ApiProperty({ format: 'uuid' })
  tenant_id: string;

  @ApiProperty({ description: 'In this tenant.', enum: roles, example: 'admin' })
  role: Role;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(user: Row<User>, tenantId: string, role: Role) {
    this.id = user.id;
    this.email = user.email;
    this.username = user.username;
    this.is_active = user.isActive;
    this.is_superuser = user.isSuperuser;
    this.tenant_id = tenantId;
    this.role = role;
    this.created_at = user.createdAt.toISOString();
    this.updated_at = user.updatedAt.toISOString();
  }
}

/** What a user may send back as it was read, but not set. */
export const readOnlyUserFields = {
  id: 'same',
  is_active: 'same',
  is_superuser: 'same',
  tenant_id: 'same',
  role: 'same',
  created_at: 'same',
  updated_at: 'not_later',
} as const;
