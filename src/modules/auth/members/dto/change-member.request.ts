import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { ReadOnly } from '../../../../core/http/read-only.js';
import { roles, type Role } from '../../principal.decorator.js';

/** What an admin changes of a member; the rest is the user's own. */
export class ChangeMemberRequest {
  @ApiPropertyOptional({ enum: roles, example: 'editor' })
  @ValidateIf(({ role }: ChangeMemberRequest) => role !== undefined)
  @IsIn(roles)
  role?: Role;

  @ReadOnly()
  user_id?: unknown;

  @ReadOnly()
  email?: unknown;

  @ReadOnly()
  username?: unknown;

  @ReadOnly({ type: Boolean })
  is_active?: unknown;

  @ReadOnly()
  joined_at?: unknown;
}
