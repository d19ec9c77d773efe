import { PartialType, PickType } from '@nestjs/swagger';
import { ReadOnly } from '../../../core/http/read-only.js';
import { CreateApiKeyRequest } from './create-api-key.request.js';

/** What changes of an API key: absent fields stay, null clears; the rest may come back as it was read. */
export class UpdateApiKeyRequest extends PartialType(
  PickType(CreateApiKeyRequest, ['name', 'expires_at', 'auto_register', 'default_label_ids', 'profile_id'] as const),
  {
    skipNullProperties: false,
  },
) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly()
  prefix?: unknown;

  @ReadOnly({ type: [String] })
  scopes?: unknown;

  @ReadOnly()
  last_used_at?: unknown;

  @ReadOnly()
  created_at?: unknown;
}
