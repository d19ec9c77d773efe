import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { ReadOnly } from '../../../core/http/read-only.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';

/** What an admin changes of the tenant. */
export class ChangeTenantRequest {
  @ApiPropertyOptional({ example: 'Greenhouse Ltd', maxLength: 100 })
  @ValidateIf(({ name }: ChangeTenantRequest) => name !== undefined)
  @IsText({ max: 100 })
  name?: string;

  @ReadOnly()
  id?: unknown;

  @ReadOnly()
  slug?: unknown;

  @ReadOnly()
  role?: unknown;

  @ReadOnly({ type: Boolean })
  current?: unknown;

  @ReadOnly()
  created_at?: unknown;
}

/** What may come back as it was read. */
export const readOnlyTenantFields = {
  id: 'same',
  slug: 'same',
  role: 'same',
  current: 'same',
  created_at: 'same',
} as const;
