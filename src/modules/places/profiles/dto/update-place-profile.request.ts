import { PartialType } from '@nestjs/swagger';
import { ReadOnly } from '../../../../core/http/read-only.js';
import { CreatePlaceProfileRequest } from './create-place-profile.request.js';

/** What changes of a place profile: absent fields stay, null clears. */
export class UpdatePlaceProfileRequest extends PartialType(CreatePlaceProfileRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Number })
  place_count?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
