import { PartialType } from '@nestjs/swagger';
import { ReadOnly } from '../../../../core/http/read-only.js';
import { CreateProvisioningKeyRequest } from './create-provisioning-key.request.js';

/** What changes of a provisioning key: absent fields stay, null clears; the rest may come back as it was read. */
export class UpdateProvisioningKeyRequest extends PartialType(CreateProvisioningKeyRequest, {
  skipNullProperties: false,
}) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly()
  prefix?: unknown;

  @ReadOnly()
  key?: unknown;

  @ReadOnly()
  status?: unknown;

  @ReadOnly({ type: Number })
  devices_used?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  last_used_at?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
