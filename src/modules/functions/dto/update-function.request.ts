import { PartialType } from '@nestjs/swagger';
import { ReadOnly } from '../../../core/http/read-only.js';
import { CreateFunctionRequest } from './create-function.request.js';

/** What changes of a function: absent fields stay, null clears. New code or parameters are a new version. */
export class UpdateFunctionRequest extends PartialType(CreateFunctionRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly()
  status?: unknown;

  @ReadOnly({ nullable: true })
  quarantined_until?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
