import { ApiProperty } from '@nestjs/swagger';
import type { Account } from '../accounts.repository.js';

/** A user, whatever their tenants. */
export class AccountResponse {
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

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(account: Account) {
    this.id = account.id;
    this.email = account.email;
    this.username = account.username;
    this.is_active = account.isActive;
    this.is_superuser = account.isSuperuser;
    this.created_at = account.createdAt.toISOString();
    this.updated_at = account.updatedAt.toISOString();
  }
}

/** What may come back as it was read. */
export const readOnlyAccountFields = {
  id: 'same',
  email: 'same',
  username: 'same',
  is_superuser: 'same',
  created_at: 'same',
  updated_at: 'not_later',
} as const;
