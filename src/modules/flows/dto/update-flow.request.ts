import { PartialType } from '@nestjs/swagger';
import { ReadOnly } from '../../../core/http/read-only.js';
import { CreateFlowRequest } from './create-flow.request.js';

/** What changes of a flow: absent fields stay, null clears. */
export class UpdateFlowRequest extends PartialType(CreateFlowRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  status?: unknown;

  @ReadOnly()
  disabled_reason?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
