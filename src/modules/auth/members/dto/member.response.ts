import { ApiProperty } from '@nestjs/swagger';
import { roles, type Role } from '../../principal.decorator.js';
import type { Member } from '../members.repository.js';

/** A user who is in the tenant. */
export class MemberResponse {
  @ApiProperty({ format: 'uuid' })
  user_id: string;

  @ApiProperty({ format: 'email', example: 'user@example.com' })
  email: string;

  @ApiProperty({ example: 'johndoe' })
  username: string;

  @ApiProperty({ enum: roles, description: 'What they may do here.', example: 'editor' })
  role: Role;

  @ApiProperty({ description: 'Whether the user may log in.', example: true })
  is_active: boolean;

  @ApiProperty({ format: 'date-time', description: 'When they came into the tenant.' })
  joined_at: string;

  constructor(member: Member) {
    this.user_id = member.userId;
    this.email = member.email;
    this.username = member.username;
    this.role = member.role;
    this.is_active = member.isActive;
    this.joined_at = member.joinedAt.toISOString();
  }
}

/** What may come back as it was read. */
export const readOnlyMemberFields = {
  user_id: 'same',
  email: 'same',
  username: 'same',
  is_active: 'same',
  joined_at: 'same',
} as const;
