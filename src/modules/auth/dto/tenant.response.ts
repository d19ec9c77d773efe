import { ApiProperty } from '@nestjs/swagger';
import { roles, type Role } from '../principal.decorator.js';
import type { TenantOfUser } from '../tenants.repository.js';

/** A tenant that the caller is a member of. */
export class TenantResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Greenhouse Ltd' })
  name: string;

  @ApiProperty({ description: 'Never changes.', example: 'greenhouse-5d1b5e6c7a90' })
  slug: string;

  @ApiProperty({ description: "The caller's, there.", enum: roles, example: 'editor' })
  role: Role;

  @ApiProperty({ description: 'Whether this is the one that the caller looks at now.', example: true })
  current: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  constructor(tenant: TenantOfUser, currentId: string) {
    this.id = tenant.id;
    this.name = tenant.name;
    this.slug = tenant.slug;
    this.role = tenant.role;
    this.current = tenant.id === currentId;
    this.created_at = tenant.createdAt.toISOString();
  }
}
