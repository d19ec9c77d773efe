import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, ValidateIf } from 'class-validator';
import { ReadOnly } from '../../../../core/http/read-only.js';

/** What a superuser changes of a user; the rest is the user's own. */
export class ChangeUserRequest {
  @ApiPropertyOptional({ description: 'Whether the user may log in.', example: false })
  @ValidateIf(({ is_active }: ChangeUserRequest) => is_active !== undefined)
  @IsBoolean()
  is_active?: boolean;

  @ReadOnly()
  id?: unknown;

  @ReadOnly()
  email?: unknown;

  @ReadOnly()
  username?: unknown;

  @ReadOnly({ type: Boolean })
  is_superuser?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
