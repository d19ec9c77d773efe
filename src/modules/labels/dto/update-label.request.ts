import { PartialType } from '@nestjs/swagger';
import { ReadOnly } from '../../../core/http/read-only.js';
import { CreateLabelRequest } from './create-label.request.js';

/** What changes of a label: absent fields stay, null clears. Devices are put on it at /labels/{id}/devices/{device_id}. */
export class UpdateLabelRequest extends PartialType(CreateLabelRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Number })
  device_count?: unknown;

  @ReadOnly({ type: [String] })
  device_ids?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
