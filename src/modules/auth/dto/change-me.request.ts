import { PartialType, PickType } from '@nestjs/swagger';
import { ReadOnly } from '../../../core/http/read-only.js';
import { RegisterRequest } from './register.request.js';

/** What users may change of themselves; the rest may come back as it was read. */
export class ChangeMeRequest extends PartialType(PickType(RegisterRequest, ['email', 'username'] as const), {
  skipNullProperties: false,
}) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Boolean })
  is_active?: unknown;

  @ReadOnly({ type: Boolean })
  is_superuser?: unknown;

  @ReadOnly()
  tenant_id?: unknown;

  @ReadOnly()
  role?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
